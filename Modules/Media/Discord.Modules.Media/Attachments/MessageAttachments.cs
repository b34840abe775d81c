using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Media.Blobs;
using Discord.Modules.Media.Storage;
using Discord.Protocol;

namespace Discord.Modules.Media.Attachments;

/// <summary>Which message shows which file, and the signed addresses under which files of messages can be read.</summary>
/// <remarks>
/// Source: Discord docs, Reference, "Signed Attachment CDN URLs": ex and is are hexadecimal Unix seconds, hm is a signature whose making is
/// private. Ours is the HMAC-SHA256 of channel, id, name and both times: whoever changes one of them has no signature for it.
/// </remarks>
internal sealed class MessageAttachments(MediaStore store, Database database, BlobKeeper keeper, MediaOptions options, TimeProvider clock) : IAttachments, IStartup
{
    private const string SecretName = "attachments";
    private const int SecretLength = 32;

    // An address stays the same for a while, so that browsers find what they have.
    private const int StepsOfLifetime = 64;

    private byte[] _secret = [];

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        await database.CommitAsync(MediaStore.InsertSecret(new WriteUnit(), SecretName, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretLength))));
        _secret = Convert.FromHexString((await store.SecretAsync(SecretName))!);
    }

    public WriteUnit Keep(WriteUnit unit, Snowflake channelId, Snowflake messageId, Snowflake attachmentId, string filename, UploadedFile file)
    {
        MediaStore.InsertAttachment(unit, messageId, attachmentId, channelId, filename, file.ContentType, file.Blob);
        return file.UploadName is { } name ? MediaStore.DeleteUpload(unit, name) : unit;
    }

    public WriteUnit Share(WriteUnit unit, Snowflake fromMessageId, Snowflake toMessageId) => MediaStore.CopyAttachments(unit, fromMessageId, toMessageId);

    public WriteUnit Release(WriteUnit unit, Snowflake messageId, IReadOnlyCollection<Snowflake> attachmentIds) =>
        attachmentIds.Count == 0 ? unit : MediaStore.DeleteAttachments(unit, messageId, attachmentIds).Then(keeper.Wake);

    public WriteUnit ReleaseAll(WriteUnit unit, IReadOnlyCollection<Snowflake> messageIds) =>
        messageIds.Count == 0 ? unit : MediaStore.DeleteAttachmentsOf(unit, messageIds).Then(keeper.Wake);

    public string Sign(Snowflake channelId, Snowflake attachmentId, string filename)
    {
        var lifetime = (long)options.AttachmentUrlLifetime.TotalSeconds;
        var step = Math.Max(1, lifetime / StepsOfLifetime);
        var issued = clock.GetUtcNow().ToUnixTimeSeconds() / step * step;
        return Sign(channelId, attachmentId, filename, issued, issued + lifetime);
    }

    public string Sign(Snowflake channelId, Snowflake attachmentId, string filename, long issued, long expires) =>
        $"/attachments/{channelId}/{attachmentId}/{Uri.EscapeDataString(filename)}?ex={expires:x}&is={issued:x}&hm={Convert.ToHexStringLower(Signature(channelId, attachmentId, filename, $"{issued:x}", $"{expires:x}"))}&";

    /// <summary>Seconds for which an address can still be used; null when it is not one of ours or its time is over.</summary>
    public long? Check(Snowflake channelId, Snowflake attachmentId, string filename, string issued, string expires, string signature)
    {
        if (signature.Length != HMACSHA256.HashSizeInBytes * 2 || !long.TryParse(expires, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end))
            return null;
        var expected = Convert.ToHexStringLower(Signature(channelId, attachmentId, filename, issued, expires));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(signature)))
            return null;
        var left = end - clock.GetUtcNow().ToUnixTimeSeconds();
        return left > 0 ? left : null;
    }

    // Names hold no slash, numbers no blank: no two addresses have one text.
    private byte[] Signature(Snowflake channelId, Snowflake attachmentId, string filename, string issued, string expires) =>
        HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{channelId}/{attachmentId}/{filename}/{issued}/{expires}"));
}

using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Media.Blobs;
using Discord.Modules.Media.Formats;
using Discord.Modules.Media.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Media.Images;

/// <summary>Images that come as data URIs or files, and who has which. What goes with a guild, role, member or event is let go in the commit that ends those.</summary>
/// <remarks>Source: Discord docs, Reference, "Image Data"; the limits: Emoji, "256 KiB", Sticker and Soundboard, "512 KiB".</remarks>
internal sealed class ImageFiles(IUploads uploads, MediaStore store, BlobKeeper keeper) : IImages, ICommitProjection
{
    private const long Large = 10L << 20;
    private static readonly string[] s_pictures = [FileTypes.Png, FileTypes.Jpeg, FileTypes.Gif, FileTypes.WebP];
    private static readonly string[] s_stickers = [FileTypes.Png, FileTypes.Gif];
    private static readonly string[] s_sounds = [FileTypes.Mp3, FileTypes.Ogg];

    public async ValueTask<ImageField> ReadAsync(Form form, string name, ImageKind kind, CancellationToken cancellationToken, bool required = false)
    {
        if (!form.Has(name) || form.IsNull(name))
        {
            if (required)
                form.Fail(name, "BASE_TYPE_REQUIRED", "This field is required");
            return new ImageField(this, kind, form.Has(name), null);
        }

        var max = MaxBytes(kind);
        if (Decode(form.Json.GetProperty(name), max) is not { } bytes)
            return Refuse(form, name, kind, null, "IMAGE_INVALID", "Must be a data URI with base64: data:image/png;base64,…");
        if (bytes.Length > max)
            return Refuse(form, name, kind, null, "BINARY_TYPE_MAX_SIZE", TooLarge(max));
        using var content = new MemoryStream(bytes);
        var stored = await uploads.StoreAsync(content, name, name, max, cancellationToken);
        return stored.Error is { } error ? Refuse(form, name, kind, null, "IMAGE_NOT_STORED", error.Message) : Take(form, name, kind, stored.Value);
    }

    public ImageField Take(Form form, string name, ImageKind kind, UploadedFile? file)
    {
        if (file is null)
            return Refuse(form, name, kind, null, "BASE_TYPE_REQUIRED", "This field is required");
        if (file.Size > MaxBytes(kind))
            return Refuse(form, name, kind, file, "BINARY_TYPE_MAX_SIZE", TooLarge(MaxBytes(kind)));
        var types = kind switch
        {
            ImageKind.Sticker => s_stickers,
            ImageKind.Sound => s_sounds,
            _ => s_pictures,
        };
        return types.Contains(file.ContentType) && (kind == ImageKind.Sound || file.Width is not null)
            ? new ImageField(this, kind, true, file)
            : Refuse(form, name, kind, file, "IMAGE_INVALID", $"Must be one of {string.Join(", ", types)}, by its bytes.");
    }

    public ValueTask<Snowflake?> FindGuildAsync(ImageKind kind, Snowflake ownerId) => store.FindGuildAsync(kind, ownerId);

    public WriteUnit Keep(WriteUnit unit, ImageKind kind, Snowflake ownerId, string hash, UploadedFile file, Snowflake? guildId) =>
        MediaStore.SaveImage(unit, kind, ownerId, guildId ?? default, hash, file.ContentType!, file.Blob);

    public WriteUnit Release(WriteUnit unit, ImageKind kind, Snowflake ownerId, string? hash, Snowflake? guildId) =>
        MediaStore.DeleteImage(unit, kind, ownerId, guildId ?? default, hash).Then(keeper.Wake);

    public void Project(GatewayEvent e, WriteUnit unit)
    {
        switch (e)
        {
            case GuildDeleted guild:
                MediaStore.DeleteImagesOfGuild(unit, guild.GuildId).Then(keeper.Wake);
                break;
            case GuildRoleDeleted role:
                Release(unit, ImageKind.RoleIcon, role.RoleId, null, role.GuildId);
                break;
            case AccountDeleted account:
                Release(unit, ImageKind.UserAvatar, account.UserId, null, null);
                Release(unit, ImageKind.UserBanner, account.UserId, null, null);
                break;
            case GuildMemberRemoved member:
                Release(unit, ImageKind.MemberAvatar, member.UserId, null, member.GuildId);
                Release(unit, ImageKind.MemberBanner, member.UserId, null, member.GuildId);
                break;
        }
    }

    private static long MaxBytes(ImageKind kind) => kind switch
    {
        ImageKind.Emoji or ImageKind.RoleIcon => 256 << 10,
        ImageKind.Sticker or ImageKind.Sound => 512 << 10,
        _ => Large,
    };

    private ImageField Refuse(Form form, string name, ImageKind kind, UploadedFile? file, string code, string message)
    {
        file?.Dispose();
        form.Fail(name, code, message);
        return new ImageField(this, kind, true, null);
    }

    private static string TooLarge(long max) => $"File cannot be larger than {max / 1024.0:F1} kb.";

    // Null: no data URI. One that is far too long is not decoded.
    private static byte[]? Decode(JsonElement value, long max)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        var uri = value.GetString()!;
        var comma = uri.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !uri.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || !uri.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            return null;
        var text = uri.AsSpan(comma + 1);
        var bytes = new byte[Math.Min(text.Length / 4L * 3 + 3, max + 4)];
        if (text.Length / 4L * 3 > max + 3)
            return bytes;
        return Convert.TryFromBase64Chars(text, bytes, out var written) ? bytes[..written] : null;
    }
}

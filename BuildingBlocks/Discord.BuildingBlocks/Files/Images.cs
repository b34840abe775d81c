using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.BuildingBlocks.Files;

/// <summary>What an image is for: its size limit, its formats and its path follow from it. The numbers are stored; never change one.</summary>
public enum ImageKind
{
    UserAvatar = 1,
    UserBanner = 2,
    /// <summary>Of a member of one guild: the owner is the user, the guild is given.</summary>
    MemberAvatar = 3,
    MemberBanner = 4,
    GuildIcon = 5,
    GuildSplash = 6,
    GuildDiscoverySplash = 7,
    GuildBanner = 8,
    RoleIcon = 9,
    ApplicationIcon = 10,
    ApplicationCover = 11,
    /// <summary>The icon of a group direct message: the owner is the channel.</summary>
    ChannelIcon = 12,
    EventCover = 13,
    Emoji = 14,
    Sticker = 15,
    /// <summary>A sound of a soundboard: no image, but kept and served the same way.</summary>
    Sound = 16,
    WebhookAvatar = 17,
}

/// <summary>
/// Images that somebody or something has: avatars, icons, banners, covers, emojis, stickers. Implemented by Media.
/// <code>
/// using var icon = await images.ReadAsync(form, "icon", ImageKind.GuildIcon, request.Cancelled);   // before the lane
/// if (form.Error is { } invalid) return invalid;
/// …
/// Icon = icon.Or(old.Icon),                                                                      // the hash to store
/// icon.Keep(unit, guildId, old.Icon, guildId);                                                   // in the unit that changes the owner
/// </code>
/// </summary>
public interface IImages
{
    /// <summary>Reads a field that is a data URI, null or absent. What is wrong about it becomes an error of the form, under the field's name.</summary>
    /// <remarks>PNG, JPEG, GIF or WebP by its bytes; the limit of the kind.</remarks>
    ValueTask<ImageField> ReadAsync(Form form, string name, ImageKind kind, CancellationToken cancellationToken, bool required = false);

    /// <summary>The same for a file of a multipart request.</summary>
    /// <param name="name">The field, for errors.</param>
    ImageField Take(Form form, string name, ImageKind kind, UploadedFile? file);

    /// <summary>In which guild an emoji, sticker or sound is, by its id alone.</summary>
    /// <returns>Null: there is none of this kind and id, or it belongs to no guild.</returns>
    ValueTask<Snowflake?> FindGuildAsync(ImageKind kind, Snowflake ownerId);

    /// <summary>The owner has this file, under this hash, from the unit on.</summary>
    /// <param name="guildId">The guild with which the image goes when it is deleted, or null.</param>
    WriteUnit Keep(WriteUnit unit, ImageKind kind, Snowflake ownerId, string hash, UploadedFile file, Snowflake? guildId);

    /// <summary>The owner no longer has it.</summary>
    /// <param name="hash">Null: whatever it has of this kind.</param>
    /// <param name="guildId">For members: in which guild.</param>
    WriteUnit Release(WriteUnit unit, ImageKind kind, Snowflake ownerId, string? hash, Snowflake? guildId);
}

/// <summary>An image field that was read: not sent, null, or a file in the blob store. Dispose it after the commit.</summary>
public sealed class ImageField(IImages images, ImageKind kind, bool isSent, UploadedFile? file) : IDisposable
{
    private const int HashLength = 32;

    /// <summary>Sent, be it as null.</summary>
    public bool IsSent => isSent;

    public UploadedFile? File => file;

    /// <summary>What objects carry and paths end in: 32 hexadecimal digits, behind "a_" when it is animated. Null for none.</summary>
    public string? Hash => file is null ? null : $"{(file.IsAnimated ? "a_" : "")}{file.Blob[..HashLength]}";

    /// <summary>The hash after this request.</summary>
    public string? Or(string? old) => isSent ? Hash : old;

    /// <summary>Adds to a unit that the owner has this image now, and no longer the old one. Nothing when the field was not sent.</summary>
    /// <param name="guildId">The guild with which it goes when that is deleted; for members the guild of the membership.</param>
    public WriteUnit Keep(WriteUnit unit, Snowflake ownerId, string? old, Snowflake? guildId = null)
    {
        if (!isSent || Hash == old)
            return unit;
        if (old is not null)
            images.Release(unit, kind, ownerId, old, guildId);
        return file is null ? unit : images.Keep(unit, kind, ownerId, Hash!, file, guildId);
    }

    public void Dispose() => file?.Dispose();
}

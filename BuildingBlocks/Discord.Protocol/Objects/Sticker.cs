namespace Discord.Protocol;

/// <summary>A sticker as a message shows it.</summary>
/// <remarks>Source: Discord docs, Resources, Sticker, "Sticker Item Object".</remarks>
public sealed record StickerItem(Snowflake Id, string Name, StickerFormat FormatType);

/// <remarks>Source: Discord docs, Resources, Sticker, "Sticker Format Types".</remarks>
public enum StickerFormat
{
    Png = 1,
    Apng = 2,
    Lottie = 3,
    Gif = 4,
}

namespace Discord.BuildingBlocks.Files;

/// <summary>Content types that are more than shown: what is made of a file depends on them.</summary>
public static class FileTypes
{
    public const string Png = "image/png";
    public const string Jpeg = "image/jpeg";
    public const string Gif = "image/gif";
    public const string WebP = "image/webp";
    public const string Mp3 = "audio/mpeg";
    public const string Ogg = "audio/ogg";
    public const string Text = "text/plain; charset=utf-8";
}

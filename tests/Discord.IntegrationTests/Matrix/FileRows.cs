using System.Text.Json.Nodes;
using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using Discord.UnitTests.Media;
using static Discord.IntegrationTests.Matrix.Rows;

namespace Discord.IntegrationTests.Matrix;

/// <summary>Uploads, emojis, stickers, sounds.</summary>
internal static class FileRows
{
    private const Permissions Make = Permissions.CreateGuildExpressions;
    private const Permissions Manage = Permissions.ManageGuildExpressions;

    public static readonly Row[] Uploads =
    [
        Channel("create_attachments", 200, Permissions.SendMessages | Permissions.AttachFiles, world =>
            new Request("POST", $"/channels/{world.Hall.ChannelId}/attachments", new { files = new[] { new { id = "0", filename = "a.bin", file_size = 1 } } })),
        // Somebody else's is as unknown as one that never was.
        Own("delete_attachment", 404, async (world, _) => new Request("DELETE", $"/attachments/{await AnnouncedAsync(world)}")).But((CallerKind.Owner, (204, 0))),
        Own("refresh_attachment_urls", 200, new Request("POST", "/attachments/refresh-urls", new { attachment_urls = new[] { "http://x/attachments/1/2/a.bin" } })),
    ];

    public static readonly Row[] Emojis =
    [
        Guild("list_guild_emojis", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/emojis")),
        Guild("create_guild_emoji", 201, Make, world => new Request("POST", $"/guilds/{world.Hall.Id}/emojis", NewEmoji)),
        OnOne("get_guild_emoji", 200, Permissions.None, "GET", "emojis", null),
        OnOne("update_guild_emoji", 200, Manage, "PATCH", "emojis", new { name = "renamed" }),
        OnOne("delete_guild_emoji", 204, Manage, "DELETE", "emojis", null),
    ];

    public static readonly Row[] ApplicationEmojis =
    [
        OfApplication("list_application_emojis", 200, "GET", false, null),
        OfApplication("create_application_emoji", 201, "POST", false, NewEmoji),
        OfApplication("get_application_emoji", 200, "GET", true, null),
        OfApplication("update_application_emoji", 200, "PATCH", true, new { name = "renamed" }),
        OfApplication("delete_application_emoji", 204, "DELETE", true, null),
    ];

    public static readonly Row[] Stickers =
    [
        Guild("list_guild_stickers", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/stickers")),
        Guild("create_guild_sticker", 201, Make, async world => new Request("POST", await EmptiedAsync(world, "stickers"), NewSticker)),
        OnOne("get_guild_sticker", 200, Permissions.None, "GET", "stickers", null),
        OnOne("update_guild_sticker", 200, Manage, "PATCH", "stickers", new { name = "renamed" }),
        OnOne("delete_guild_sticker", 204, Manage, "DELETE", "stickers", null),
        Own("get_sticker", 200, async (world, _) => new Request("GET", $"/stickers/{await OneAsync(world, "stickers")}")),
        Public("list_sticker_packs", 200, new Request("GET", "/sticker-packs")),
        Public("get_sticker_pack", 404, new Request("GET", "/sticker-packs/1")),
    ];

    public static readonly Row[] Sounds =
    [
        Guild("list_guild_soundboard_sounds", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/soundboard-sounds")),
        Guild("create_guild_soundboard_sound", 201, Make, async world => new Request("POST", await EmptiedAsync(world, "soundboard-sounds"), NewSound)),
        OnOne("get_guild_soundboard_sound", 200, Permissions.None, "GET", "soundboard-sounds", null),
        OnOne("update_guild_soundboard_sound", 200, Manage, "PATCH", "soundboard-sounds", new { name = "renamed" }),
        OnOne("delete_guild_soundboard_sound", 204, Manage, "DELETE", "soundboard-sounds", null),
        // Who is not connected to the channel plays nothing there.
        Channel("send_soundboard_sound", 400, Permissions.Connect | Permissions.Speak | Permissions.UseSoundboard, async world => new Request("POST", $"/channels/{await world.NewChannelAsync(2)}/send-soundboard-sound", new { sound_id = "1" })),
        Channel("send_voice_channel_effect", 400, Permissions.Connect | Permissions.AddReactions, async world => new Request("POST", $"/channels/{await world.NewChannelAsync(2)}/voice-channel-effects", new { emoji_name = "🎉" })),
        Own("get_soundboard_default_sounds", 200, new Request("GET", "/soundboard-default-sounds")),
    ];

    private static object NewEmoji => new { name = "made", image = Samples.DataUri(Samples.Png()) };

    private static object NewSound => new { name = "made", sound = Samples.DataUri(Samples.Ogg(1), "audio/ogg") };

    private static MultipartFormDataContent NewSticker => new()
    {
        { new StringContent("made"), "name" },
        { new StringContent("blue"), "tags" },
        { new ByteArrayContent(Samples.Png()), "file", "made.png" },
    };

    private static Row OnOne(string id, int success, Permissions needs, string method, string list, object? body) =>
        Guild(id, success, needs, async world => new Request(method, $"/guilds/{world.Hall.Id}/{list}/{await OneAsync(world, list)}", body));

    private static Row OfApplication(string id, int success, string method, bool isOne, object? body) => new(id, success)
    {
        ToStrangers = (403, 20012),
        Except = new Dictionary<CallerKind, (int, int)> { [CallerKind.MemberWithout] = (403, 20012), [CallerKind.MemberWith] = (403, 20012) },
        Request = async (world, _) =>
        {
            var application = (string)(await world.Host.SendAsync("GET", "/applications/@me", world[CallerKind.Bot])).Is(200).Json["id"]!;
            var path = $"/applications/{application}/emojis";
            return new Request(method, isOne ? $"{path}/{await world.NewAsync("POST", path, NewEmoji)}" : path, body);
        },
    };

    // Guilds have room for few: what a row before left is used.
    private static async Task<string> OneAsync(World world, string list)
    {
        if (await AllAsync(world, list) is [var there, ..])
            return there;
        var made = await world.MakeAsync("POST", $"/guilds/{world.Hall.Id}/{list}", list switch { "emojis" => NewEmoji, "stickers" => NewSticker, _ => NewSound });
        return (string)(made["id"] ?? made["sound_id"])!;
    }

    private static async Task<string> EmptiedAsync(World world, string list)
    {
        var path = $"/guilds/{world.Hall.Id}/{list}";
        foreach (var id in await AllAsync(world, list))
            (await world.AsOwnerAsync("DELETE", $"{path}/{id}")).Is(204);
        return path;
    }

    private static async Task<IReadOnlyList<string>> AllAsync(World world, string list)
    {
        var all = (await world.AsOwnerAsync("GET", $"/guilds/{world.Hall.Id}/{list}")).Is(200).Json;
        return [.. (all as JsonArray ?? all["items"]!.AsArray()).Select(one => (string)(one!["id"] ?? one["sound_id"])!)];
    }

    private static async Task<string> AnnouncedAsync(World world)
    {
        var announced = await world.MakeAsync("POST", $"/channels/{world.Hall.ChannelId}/attachments", new { files = new[] { new { filename = "a.bin", file_size = 1 } } });
        return (string)announced["attachments"]![0]!["upload_filename"]!;
    }
}

using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using static Discord.IntegrationTests.Matrix.Rows;

namespace Discord.IntegrationTests.Matrix;

/// <summary>Messages, reactions, pins, typing.</summary>
internal static class MessageRows
{
    private const string Thumb = "%F0%9F%91%8D";

    public static readonly Row[] Messages =
    [
        Channel("list_messages", 200, Permissions.None, world => new Request("GET", $"/channels/{world.Hall.ChannelId}/messages")),
        OnMessage("get_message", 200, Permissions.None, "GET", ""),
        Channel("create_message", 200, Permissions.SendMessages, world => new Request("POST", $"/channels/{world.Hall.ChannelId}/messages", new { content = "hello" })),
        OnMessage("delete_message", 204, Permissions.ManageMessages, "DELETE", ""),
        Channel("update_message", 200, Permissions.ManageMessages, async world => new Request("PATCH", $"/channels/{world.Hall.ChannelId}/messages/{await world.NewMessageAsync()}", new { flags = 4 })),
        Channel("bulk_delete_messages", 204, Permissions.ManageMessages, async world =>
            new Request("POST", $"/channels/{world.Hall.ChannelId}/messages/bulk-delete", new { messages = new[] { (await world.NewMessageAsync()).ToString(), (await world.NewMessageAsync()).ToString() } })),
        Channel("trigger_typing_indicator", 204, Permissions.SendMessages, world => new Request("POST", $"/channels/{world.Hall.ChannelId}/typing")),
    ];

    public static readonly Row[] Reactions =
    [
        OnMessage("add_my_message_reaction", 204, Permissions.AddReactions, "PUT", $"/reactions/{Thumb}/@me"),
        OnMessage("list_message_reactions_by_emoji", 200, Permissions.None, "GET", $"/reactions/{Thumb}"),
        new("delete_my_message_reaction", 204)
        {
            ToStrangers = MissingAccess,
            Request = async (world, caller) =>
            {
                var reactions = $"/channels/{world.Hall.ChannelId}/messages/{await ReactedAsync(world)}/reactions/{Thumb}/@me";
                if (caller is not null)
                    await world.Host.SendAsync("PUT", reactions, caller);
                return new Request("DELETE", reactions);
            },
        },
        Channel("delete_user_message_reaction", 204, Permissions.ManageMessages, async world => new Request("DELETE", $"/channels/{world.Hall.ChannelId}/messages/{await ReactedAsync(world)}/reactions/{Thumb}/{world.Owner.Id}")),
        OnMessage("delete_all_message_reactions", 204, Permissions.ManageMessages, "DELETE", "/reactions"),
        OnMessage("delete_all_message_reactions_by_emoji", 204, Permissions.ManageMessages, "DELETE", $"/reactions/{Thumb}"),
    ];

    public static readonly Row[] Pins =
    [
        Channel("list_pins", 200, Permissions.None, world => new Request("GET", $"/channels/{world.Hall.ChannelId}/messages/pins")),
        Channel("deprecated_list_pins", 200, Permissions.None, world => new Request("GET", $"/channels/{world.Hall.ChannelId}/pins")),
        Pin("create_pin", "PUT", "messages/pins"),
        Pin("delete_pin", "DELETE", "messages/pins"),
        Pin("deprecated_create_pin", "PUT", "pins"),
        Pin("deprecated_delete_pin", "DELETE", "pins"),
    ];

    private static Row OnMessage(string id, int success, Permissions needs, string method, string path) =>
        Channel(id, success, needs, async world => new Request(method, $"/channels/{world.Hall.ChannelId}/messages/{await world.NewMessageAsync()}{path}"));

    private static async Task<Snowflake> ReactedAsync(World world)
    {
        var message = await world.NewMessageAsync();
        (await world.AsOwnerAsync("PUT", $"/channels/{world.Hall.ChannelId}/messages/{message}/reactions/{Thumb}/@me")).Is(204);
        return message;
    }

    private static Row Pin(string id, string method, string path) => Channel(id, 204, Permissions.PinMessages | Permissions.ManageMessages, async world =>
    {
        // A channel of its own: the hall's would be full of pins after a few rows.
        var channel = await world.NewChannelAsync();
        var message = await world.NewAsync("POST", $"/channels/{channel}/messages", new { content = "pinned" });
        return new Request(method, $"/channels/{channel}/{path}/{message}");
    });
}

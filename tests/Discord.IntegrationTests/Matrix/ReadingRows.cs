using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using static Discord.IntegrationTests.Matrix.Rows;

namespace Discord.IntegrationTests.Matrix;

/// <summary>Read states, mentions, notification settings, polls, crossposts.</summary>
internal static class ReadingRows
{
    private static readonly (int, int) s_othersPoll = (403, 50005);

    public static readonly Row[] ReadStates =
    [
        Channel("ack_message", 200, Permissions.None, async world => new Request("POST", $"/channels/{world.Hall.ChannelId}/messages/{await world.NewMessageAsync()}/ack", new { token = (string?)null })).ForPeople(),
        Channel("ack_pins", 204, Permissions.None, world => new Request("POST", $"/channels/{world.Hall.ChannelId}/pins/ack")).ForPeople(),
        Channel("delete_read_state", 204, Permissions.None, world => new Request("DELETE", $"/channels/{world.Hall.ChannelId}/messages/ack")).ForPeople(),
        People("bulk_ack", 204, async (world, _) =>
            new Request("POST", "/read-states/ack-bulk", new { read_states = new[] { new { channel_id = world.Hall.ChannelId.ToString(), message_id = (await world.NewMessageAsync()).ToString() } } })),
        Guild("ack_guild", 204, Permissions.None, world => new Request("POST", $"/guilds/{world.Hall.Id}/ack")).ForPeople(),
        Guild("ack_guild_entity", 204, Permissions.None, world => new Request("POST", $"/guilds/{world.Hall.Id}/ack/1/{world.Hall.ChannelId}")).ForPeople(),
        People("list_my_mentions", 200, new Request("GET", "/users/@me/mentions")),
        // Nobody mentions themselves: the owner's inbox has nothing of the owner's.
        People("delete_my_mention", 204, async (world, caller) =>
            new Request("DELETE", $"/users/@me/mentions/{await world.NewAsync("POST", $"/channels/{world.Hall.ChannelId}/messages", new { content = $"<@{caller.Id}>" })}"))
            // Nobody mentions themselves, or those who are not there.
            .But((CallerKind.Owner, (404, 10008)), (CallerKind.Other, (404, 10008))),
    ];

    public static readonly Row[] Notifications =
    [
        Guild("update_user_guild_settings", 200, Permissions.None, world => new Request("PATCH", $"/users/@me/guilds/{world.Hall.Id}/settings", new { muted = true })).ForPeople(),
        Guild("get_user_guild_settings", 200, Permissions.None, world => new Request("GET", $"/users/@me/guilds/{world.Hall.Id}/settings")).ForPeople(),
        Guild("bulk_update_user_guild_settings", 200, Permissions.None, world =>
            new Request("PATCH", "/users/@me/guilds/settings", new { guilds = new Dictionary<string, object> { [world.Hall.Id.ToString()] = new { muted = true } } })).ForPeople(),
        People("list_user_guild_settings", 200, new Request("GET", "/users/@me/guilds/settings")),
        People("update_notification_settings", 200, new Request("PATCH", "/users/@me/notification-settings", new { flags = 16 })),
    ];

    public static readonly Row[] Polls =
    [
        Channel("vote_poll", 204, Permissions.None, async world => new Request("PUT", $"/channels/{world.Hall.ChannelId}/polls/{await PollAsync(world)}/answers/@me", new { answer_ids = new[] { "1" } })).ForPeople(),
        Channel("get_answer_voters", 200, Permissions.None, async world => new Request("GET", $"/channels/{world.Hall.ChannelId}/polls/{await PollAsync(world)}/answers/1")),
        Channel("poll_expire", 200, Permissions.None, async world => new Request("POST", $"/channels/{world.Hall.ChannelId}/polls/{await PollAsync(world)}/expire"))
            .But((CallerKind.MemberWithout, s_othersPoll), (CallerKind.MemberWith, s_othersPoll), (CallerKind.Bot, s_othersPoll)),
    ];

    public static readonly Row[] Crossposts =
    [
        Channel("crosspost_message", 200, Permissions.ManageMessages, async world =>
        {
            var news = await world.NewChannelAsync(5);
            return new Request("POST", $"/channels/{news}/messages/{await world.NewAsync("POST", $"/channels/{news}/messages", new { content = "news" })}/crosspost");
        }),
        Channel("follow_channel", 200, Permissions.ManageWebhooks, async world => new Request("POST", $"/channels/{await world.NewChannelAsync(5)}/followers", new { webhook_channel_id = (await world.NewChannelAsync()).ToString() })),
    ];

    private static Row ForPeople(this Row row) => row.But((CallerKind.Bot, BotsCannot));

    private static Task<Snowflake> PollAsync(World world) => world.NewAsync("POST", $"/channels/{world.Hall.ChannelId}/messages",
        new { poll = new { question = new { text = "Which?" }, answers = new[] { new { poll_media = new { text = "this" } }, new { poll_media = new { text = "that" } } } } });
}

using Discord.Protocol;
using static Discord.IntegrationTests.Matrix.Rows;

namespace Discord.IntegrationTests.Matrix;

/// <summary>Threads, their members and their lists.</summary>
internal static class ThreadRows
{
    public static readonly Row[] Threads =
    [
        Channel("create_thread", 201, Permissions.CreatePublicThreads, world => new Request("POST", $"/channels/{world.Hall.ChannelId}/threads", new { name = "new", type = 11 })),
        Channel("create_thread_from_message", 201, Permissions.CreatePublicThreads, async world =>
            new Request("POST", $"/channels/{world.Hall.ChannelId}/messages/{await world.NewMessageAsync()}/threads", new { name = "new" })),
        InThread("join_thread", 204, Permissions.None, "PUT", _ => "@me"),
        InThread("leave_thread", 204, Permissions.None, "DELETE", _ => "@me"),
        InThread("add_thread_member", 204, Permissions.SendMessagesInThreads, "PUT", world => $"{world.Victim.Id}"),
        InThread("delete_thread_member", 204, Permissions.ManageThreads, "DELETE", world => $"{world.Owner.Id}"),
        InThread("get_thread_member", 200, Permissions.None, "GET", world => $"{world.Owner.Id}"),
        InThread("list_thread_members", 200, Permissions.None, "GET", _ => ""),
        Guild("get_active_guild_threads", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/threads/active")),
        Channel("list_public_archived_threads", 200, Permissions.ReadMessageHistory, world => new Request("GET", $"/channels/{world.Hall.ChannelId}/threads/archived/public")),
        Channel("list_private_archived_threads", 200, Permissions.ManageThreads, world => new Request("GET", $"/channels/{world.Hall.ChannelId}/threads/archived/private")),
        Channel("list_my_private_archived_threads", 200, Permissions.ReadMessageHistory, world => new Request("GET", $"/channels/{world.Hall.ChannelId}/users/@me/threads/archived/private")),
        Channel("thread_search", 200, Permissions.ReadMessageHistory, world => new Request("GET", $"/channels/{world.Hall.ChannelId}/threads/search")),
    ];

    private static Row InThread(string id, int success, Permissions needs, string method, Func<World, string> member) => Channel(id, success, needs, async world =>
    {
        var thread = await world.NewAsync("POST", $"/channels/{world.Hall.ChannelId}/threads", new { name = "made", type = 11 });
        return new Request(method, $"/channels/{thread}/thread-members/{member(world)}".TrimEnd('/'));
    });
}

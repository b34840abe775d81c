using Discord.IntegrationTests.Sites;
using Discord.Protocol;
using static Discord.IntegrationTests.Matrix.Rows;

namespace Discord.IntegrationTests.Matrix;

/// <summary>Scheduled events, stages, templates, widget, onboarding, welcome, screening, integrations, regions.</summary>
internal static class CommunityRows
{
    private static readonly DateTimeOffset s_start = TimeProvider.System.GetUtcNow().AddHours(2);

    public static readonly Row[] ScheduledEvents =
    [
        Guild("list_guild_scheduled_events", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/scheduled-events")),
        Guild("create_guild_scheduled_event", 200, Permissions.CreateEvents, async world =>
        {
            // There may be 100, and each row leaves one behind.
            foreach (var old in (await world.Host.SendAsync("GET", $"/guilds/{world.Hall.Id}/scheduled-events", world.Owner)).Json.AsArray())
                (await world.AsOwnerAsync("DELETE", $"/guilds/{world.Hall.Id}/scheduled-events/{old!["id"]}")).Is(204);
            return new Request("POST", $"/guilds/{world.Hall.Id}/scheduled-events", Plan());
        }),
        OnEvent("get_guild_scheduled_event", 200, Permissions.None, "GET", ""),
        OnEvent("update_guild_scheduled_event", 200, Permissions.ManageEvents, "PATCH", "", new { name = "renamed" }),
        OnEvent("delete_guild_scheduled_event", 204, Permissions.ManageEvents, "DELETE", ""),
        OnEvent("create_guild_scheduled_event_exception", 200, Permissions.ManageEvents, "POST", "/exceptions", new { original_scheduled_start_time = s_start.AddDays(1), is_canceled = true }),
        OnException("update_guild_scheduled_event_exception", 200, Permissions.ManageEvents, "PATCH", "exceptions/{0}", new { is_canceled = false }),
        OnException("delete_guild_scheduled_event_exception", 204, Permissions.ManageEvents, "DELETE", "exceptions/{0}"),
        OnEvent("list_guild_scheduled_event_users", 200, Permissions.None, "GET", "/users"),
        OnEvent("count_guild_scheduled_event_users", 200, Permissions.None, "GET", "/users/counts"),
        OnException("list_guild_scheduled_event_exception_users", 200, Permissions.None, "GET", "{0}/users"),
        OnEvent("create_guild_scheduled_event_user", 200, Permissions.None, "PUT", "/users/@me").But((CallerKind.Bot, BotsCannot)),
        OnException("create_guild_scheduled_event_exception_user", 200, Permissions.None, "PUT", "{0}/users/@me").But((CallerKind.Bot, BotsCannot)),
        // Nobody takes back what they did not say; the owner comes to what they plan.
        OnEvent("delete_guild_scheduled_event_user", 204, Permissions.None, "DELETE", "/users/@me")
            .But((CallerKind.Bot, BotsCannot), (CallerKind.MemberWithout, (404, 10071)), (CallerKind.MemberWith, (404, 10071))),
        OnException("delete_guild_scheduled_event_exception_user", 404, Permissions.None, "DELETE", "{0}/users/@me").But((CallerKind.Bot, BotsCannot)),
    ];

    public static readonly Row[] Stages =
    [
        Channel("create_stage_instance", 200, StageModerator, async world => new Request("POST", "/stage-instances", new { channel_id = (await world.NewChannelAsync(13)).ToString(), topic = "a play" })),
        Channel("get_stage_instance", 200, Permissions.None, async world => new Request("GET", $"/stage-instances/{await StageAsync(world)}")),
        Channel("update_stage_instance", 200, StageModerator, async world => new Request("PATCH", $"/stage-instances/{await StageAsync(world)}", new { topic = "another" })),
        Channel("delete_stage_instance", 204, StageModerator, async world => new Request("DELETE", $"/stage-instances/{await StageAsync(world)}")),
    ];

    public static readonly Row[] Templates =
    [
        Public("get_guild_template", 200, async world => new Request("GET", $"/guilds/templates/{await CodeAsync(world)}")),
        People("create_guild_from_template", 201, async (world, _) => new Request("POST", $"/guilds/templates/{await CodeAsync(world)}", new { name = "made" })),
        Guild("list_guild_templates", 200, Permissions.ManageGuild, world => new Request("GET", $"/guilds/{world.Hall.Id}/templates")),
        Guild("create_guild_template", 200, Permissions.ManageGuild, async world =>
        {
            (await world.AsOwnerAsync("DELETE", $"/guilds/{world.Hall.Id}/templates/{await CodeAsync(world)}")).Is(200);
            return new Request("POST", $"/guilds/{world.Hall.Id}/templates", new { name = "mould" });
        }),
        Guild("sync_guild_template", 200, Permissions.ManageGuild, async world => new Request("PUT", $"/guilds/{world.Hall.Id}/templates/{await CodeAsync(world)}")),
        Guild("update_guild_template", 200, Permissions.ManageGuild, async world => new Request("PATCH", $"/guilds/{world.Hall.Id}/templates/{await CodeAsync(world)}", new { name = "form" })),
        Guild("delete_guild_template", 200, Permissions.ManageGuild, async world => new Request("DELETE", $"/guilds/{world.Hall.Id}/templates/{await CodeAsync(world)}")),
    ];

    public static readonly Row[] Widgets =
    [
        Guild("get_guild_widget_settings", 200, Permissions.ManageGuild, world => new Request("GET", $"/guilds/{world.Hall.Id}/widget")),
        Guild("update_guild_widget_settings", 200, Permissions.ManageGuild, world => new Request("PATCH", $"/guilds/{world.Hall.Id}/widget", new { enabled = true })),
        Public("get_guild_widget", 200, world => WidgetAsync(world, "json")),
        Public("get_guild_widget_png", 200, world => WidgetAsync(world, "png")),
    ];

    public static readonly Row[] Newcomers =
    [
        Guild("get_guilds_onboarding", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/onboarding")),
        Guild("put_guilds_onboarding", 200, Permissions.ManageGuild | Permissions.ManageRoles, world => new Request("PUT", $"/guilds/{world.Hall.Id}/onboarding", new { enabled = false })),
        // Nothing is asked in this guild.
        Guild("create_onboarding_responses", 404, Permissions.None, world => new Request("POST", $"/guilds/{world.Hall.Id}/onboarding-responses", new { onboarding_responses = Array.Empty<string>() })).But((CallerKind.Bot, BotsCannot)),
        Guild("get_guild_welcome_screen", 200, Permissions.None, async world =>
        {
            (await world.AsOwnerAsync("PATCH", $"/guilds/{world.Hall.Id}/welcome-screen", new { enabled = true })).Is(200);
            return new Request("GET", $"/guilds/{world.Hall.Id}/welcome-screen");
        }),
        Guild("update_guild_welcome_screen", 200, Permissions.ManageGuild, world => new Request("PATCH", $"/guilds/{world.Hall.Id}/welcome-screen", new { description = "Welcome" })),
        Guild("get_guild_new_member_welcome", 200, Permissions.None, async world =>
        {
            (await world.AsOwnerAsync("PUT", $"/guilds/{world.Hall.Id}/new-member-welcome", new { })).Is(200);
            return new Request("GET", $"/guilds/{world.Hall.Id}/new-member-welcome");
        }),
        Guild("update_guild_new_member_welcome", 200, Permissions.ManageGuild, world => new Request("PUT", $"/guilds/{world.Hall.Id}/new-member-welcome", new { })).But((CallerKind.Bot, BotsCannot)),
        Guild("get_member_verification", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/member-verification")),
        Guild("update_member_verification", 200, Permissions.ManageGuild, world => new Request("PATCH", $"/guilds/{world.Hall.Id}/member-verification", new { description = "Be kind" })),
        // Everybody here is in already.
        Guild("create_join_request", 400, Permissions.None, world => new Request("PUT", $"/guilds/{world.Hall.Id}/requests/@me", new { })).But((CallerKind.Bot, BotsCannot)),
        Guild("get_guild_join_requests", 200, Permissions.KickMembers, world => new Request("GET", $"/guilds/{world.Hall.Id}/requests")),
        Guild("action_guild_join_request", 200, Permissions.KickMembers, async world => new Request("PATCH", $"/guilds/{world.Hall.Id}/requests/{await JoinRequestAsync(world)}", new { action = "APPROVED" })),
    ];

    public static readonly Row[] Integrations =
    [
        Guild("list_guild_integrations", 200, Permissions.ManageGuild, world => new Request("GET", $"/guilds/{world.Hall.Id}/integrations")),
        Guild("delete_guild_integration", 204, Permissions.ManageGuild, async world =>
        {
            var bot = await world.Host.AddBotAsync(world.Hall, Permissions.None);
            var listed = (await world.Host.SendAsync("GET", $"/guilds/{world.Hall.Id}/integrations", world.Owner)).Is(200).Json.AsArray();
            return new Request("DELETE", $"/guilds/{world.Hall.Id}/integrations/{listed.Single(integration => (string)integration!["application"]!["bot"]!["id"]! == bot.Id.ToString())!["id"]}");
        }),
        Own("list_voice_regions", 200, new Request("GET", "/voice/regions")),
        Guild("list_guild_voice_regions", 200, Permissions.None, world => new Request("GET", $"/guilds/{world.Hall.Id}/regions")),
    ];

    // Without CONNECT nothing holds in a voice channel.
    private const Permissions StageModerator = Permissions.Connect | Permissions.ManageChannels | Permissions.MuteMembers | Permissions.MoveMembers;

    private static object Plan(bool series = false) => new
    {
        name = "Party", entity_type = 3, privacy_level = 2, scheduled_start_time = s_start, scheduled_end_time = s_start.AddHours(1), entity_metadata = new { location = "Here" },
        recurrence_rule = series ? new { start = s_start, frequency = 3, interval = 1 } : null,
    };

    private static Row OnEvent(string id, int success, Permissions needs, string method, string path, object? body = null) => Guild(id, success, needs, async world =>
    {
        var planned = await world.NewAsync("POST", $"/guilds/{world.Hall.Id}/scheduled-events", Plan(series: true));
        return new Request(method, $"/guilds/{world.Hall.Id}/scheduled-events/{planned}{path}", body);
    });

    private static Row OnException(string id, int success, Permissions needs, string method, string path, object? body = null) => Guild(id, success, needs, async world =>
    {
        var planned = await world.NewAsync("POST", $"/guilds/{world.Hall.Id}/scheduled-events", Plan(series: true));
        var made = await world.MakeAsync("POST", $"/guilds/{world.Hall.Id}/scheduled-events/{planned}/exceptions", new { original_scheduled_start_time = s_start.AddDays(1), is_canceled = true });
        return new Request(method, $"/guilds/{world.Hall.Id}/scheduled-events/{planned}/{path.Replace("{0}", (string)made["event_exception_id"]!, StringComparison.Ordinal)}", body);
    });

    private static async Task<Snowflake> StageAsync(World world)
    {
        var channel = await world.NewChannelAsync(13);
        await world.MakeAsync("POST", "/stage-instances", new { channel_id = channel.ToString(), topic = "a play" });
        return channel;
    }

    private static async Task<string> CodeAsync(World world)
    {
        var made = (await world.Host.SendAsync("GET", $"/guilds/{world.Hall.Id}/templates", world.Owner)).Is(200).Json.AsArray();
        return (string)(made.Count > 0 ? made[0]! : await world.MakeAsync("POST", $"/guilds/{world.Hall.Id}/templates", new { name = "mould" }))["code"]!;
    }

    private static async Task<Request> WidgetAsync(World world, string form)
    {
        await world.MakeAsync("PATCH", $"/guilds/{world.Hall.Id}/widget", new { enabled = true });
        return new Request("GET", $"/guilds/{world.Hall.Id}/widget.{form}");
    }

    // Asked for by somebody who comes while the guild screens, which it does for no longer than that.
    private static async Task<string> JoinRequestAsync(World world)
    {
        await world.MakeAsync("PATCH", $"/guilds/{world.Hall.Id}/member-verification", new { enabled = true, form_fields = new[] { new { field_type = "TEXT_INPUT", label = "Why?" } } });
        var newcomer = await world.Host.RegisterAsync();
        await world.Host.JoinAsync(world.Hall, newcomer);
        var asked = (await world.Host.SendAsync("PUT", $"/guilds/{world.Hall.Id}/requests/@me", newcomer, new { form_fields = new[] { new { response = "because" } } })).Is(200);
        await world.MakeAsync("PATCH", $"/guilds/{world.Hall.Id}/member-verification", new { enabled = false });
        return (string)asked.Json["id"]!;
    }
}

using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Channels;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Onboarding;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Welcome;

/// <summary>PUT /guilds/{guild_id}/new-member-welcome: the guide for new members, as it is from now on.</summary>
/// <remarks>A user-account operation. Needs MANAGE_GUILD.</remarks>
internal sealed class UpdateGuildNewMemberWelcome(GuildHomes homes) : IEndpoint
{
    private const int MaxAuthors = 10;
    private const int MaxActions = 5;
    private const int MaxResources = 7;

    public Route Route => Route.Put("update_guild_new_member_welcome", "/guilds/{guild_id}/new-member-welcome") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var state = turn.State;
        var message = form.Object("welcome_message");
        var welcome = new NewMemberWelcome
        {
            Id = state.Id,
            Enabled = form.Bool("enabled") ?? true,
            WelcomeMessage = message is null ? null : new WelcomeMessage(message.Ids("author_ids", MaxAuthors) ?? [], message.String("message", 0, 300) ?? ""),
            NewMemberActions = [.. (form.Items("new_member_actions", MaxActions) ?? []).Select(item => new NewMemberAction(ChannelOf(item, state), item.Choice("action_type", 0, 1) ?? 0, Title(item), Text(item), EmojiOf(item, state)))],
            ResourceChannels = [.. (form.Items("resource_channels", MaxResources) ?? []).Select(item => new ResourceChannel(ChannelOf(item, state), Title(item), Text(item), EmojiOf(item, state)))],
        };
        if (form.Error is { } invalid)
            return invalid;
        await turn.CommitAsync(GuildStore.Save(new WriteUnit(), state.Id, welcome), state.WithObject(welcome));
        return Reply.Ok(welcome.ToWire(turn.State));
    }

    private static string Title(Form form) => form.String("title", 1, 60, required: true) ?? "";

    private static string Text(Form form) => form.String("description", 0, 200, nullable: true) ?? "";

    private static OptionEmoji? EmojiOf(Form form, GuildState state) => form.Object("emoji") is { } emoji ? OptionEmojis.Read(emoji, state, "id", "name") : null;

    private static Snowflake ChannelOf(Form form, GuildState state)
    {
        var id = form.Id("channel_id", required: true);
        ChannelChoice.Check(form, "channel_id", state, id);
        return id ?? default;
    }
}

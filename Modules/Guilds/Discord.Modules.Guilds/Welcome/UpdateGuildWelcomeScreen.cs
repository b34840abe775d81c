using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Channels;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Guilds;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Onboarding;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Welcome;

/// <summary>PATCH /guilds/{guild_id}/welcome-screen: its text, its channels, on or off.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Modify Guild Welcome Screen". Needs MANAGE_GUILD. Fires GUILD_UPDATE when it is turned on or off.</remarks>
internal sealed class UpdateGuildWelcomeScreen(GuildHomes homes, AuditTrail audit) : IEndpoint
{
    private const int MaxChannels = 5;

    public Route Route => Route.Patch("update_guild_welcome_screen", "/guilds/{guild_id}/welcome-screen");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var enabled = form.Bool("enabled");
        var description = form.String("description", 0, 140, nullable: true);
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var state = turn.State;
        var old = state.Objects.Find<WelcomeScreen>(state.Id) ?? new WelcomeScreen { Id = state.Id };
        var channels = form.IsNull("welcome_channels") ? [] : form.Items("welcome_channels", MaxChannels)?.Select(channel => ReadChannel(channel, state)).ToList();
        if (form.Error is { } invalid)
            return invalid;
        var changed = old with { Description = form.Has("description") ? description : old.Description, WelcomeChannels = channels ?? old.WelcomeChannels };
        var settings = state.Settings.WithFeature(GuildFeatures.WelcomeScreen, enabled ?? WelcomeScreen.IsShown(state));
        var next = state.WithObject(changed).With(settings: settings);
        var unit = GuildStore.Save(new WriteUnit(), state.Id, changed);
        if (settings != state.Settings)
            GuildStore.Save(unit, settings).Publish(new GuildUpdated(next.Wire), next);
        await turn.CommitAsync(audit.Write(unit, turn, next, AuditLogEvent.GuildUpdate, state.Id, request.Reason, AuditChanges.Between(state.Settings, settings)), next);
        return Reply.Ok(changed.ToWire(next));
    }

    private static WelcomeChannel ReadChannel(Form form, GuildState state)
    {
        var id = form.Id("channel_id", required: true);
        ChannelChoice.Check(form, "channel_id", state, id);
        var emoji = OptionEmojis.Read(form, state);
        return new WelcomeChannel(id ?? default, form.String("description", 1, 50, required: true) ?? "") { EmojiId = emoji.Id, EmojiName = emoji.Name };
    }
}

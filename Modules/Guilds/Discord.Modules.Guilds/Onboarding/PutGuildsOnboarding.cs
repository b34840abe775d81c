using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Channels;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Onboarding;

/// <summary>PUT /guilds/{guild_id}/onboarding: the questions, the default channels, on or off. Fields that are left out stay.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Modify Guild Onboarding". Needs MANAGE_GUILD and MANAGE_ROLES; an option gives only roles that the
/// caller could give. Enabled, it needs seven default channels, five of them open for everybody's messages.
/// </remarks>
internal sealed class PutGuildsOnboarding(GuildHomes homes, AuditTrail audit, SnowflakeGenerator ids) : IEndpoint
{
    private const int MaxPrompts = 15;
    private const int MaxOptions = 50;
    private const int MaxDefaultChannels = 500;

    private static readonly ApiError s_cannotEnable = new(400, 350000, "Cannot enable onboarding, requirements are not met");
    private static readonly ApiError s_belowRequirements = new(400, 350001, "Cannot update onboarding while below requirements");

    public Route Route => Route.Put("put_guilds_onboarding", "/guilds/{guild_id}/onboarding");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageGuild | Permissions.ManageRoles, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var state = turn.State;
        var old = GuildOnboarding.Of(state);
        var changed = old with
        {
            Enabled = form.Bool("enabled") ?? old.Enabled,
            Mode = form.Choice("mode", 0, 1) ?? old.Mode,
            DefaultChannelIds = Channels(form, "default_channel_ids", MaxDefaultChannels, state) ?? old.DefaultChannelIds,
            Prompts = form.Items("prompts", MaxPrompts)?.Select(prompt => ReadPrompt(prompt, turn, old)).ToList() ?? old.Prompts,
        };
        if (form.Error is { } invalid)
            return invalid;
        if (changed.Enabled && !changed.IsComplete(state))
            return old.Enabled ? s_belowRequirements : s_cannotEnable;

        var next = state.WithObject(changed);
        await turn.CommitAsync(Write(GuildStore.Save(new WriteUnit(), state.Id, changed), turn, next, old, changed, request.Reason), next);
        return Reply.Ok(changed.ToWire(next));
    }

    private OnboardingPrompt ReadPrompt(Form form, GuildTurn turn, GuildOnboarding old)
    {
        // An id that the guild does not have is a place-holder of the client's; 0 is usual.
        var known = form.Long("id", 0, nullable: true) is { } id ? old.Prompts.FirstOrDefault(prompt => prompt.Id.Stored == id) : null;
        var options = form.Items("options", MaxOptions);
        if (options is null or { Count: 0 } && form.Error is null)
            form.Fail("options", "BASE_TYPE_REQUIRED", "This field is required");
        return new OnboardingPrompt(
            known?.Id ?? ids.Next(),
            form.String("title", 1, 100, required: true) ?? "",
            [.. (options ?? []).Select(option => ReadOption(option, turn, known))],
            form.Bool("single_select") ?? false,
            form.Bool("required") ?? false,
            form.Bool("in_onboarding") ?? false,
            form.Choice("type", 0, 1) ?? 0);
    }

    private OnboardingOption ReadOption(Form form, GuildTurn turn, OnboardingPrompt? prompt)
    {
        const int Max = 50;
        var known = form.Long("id", 0, nullable: true) is { } id ? prompt?.Options.FirstOrDefault(option => option.Id.Stored == id) : null;
        var roles = form.Ids("role_ids", Max) ?? [];
        for (var i = 0; i < roles.Count; i++)
        {
            // What was there before is not given anew.
            if (known?.RoleIds.Contains(roles[i]) != true && MemberRoles.Refuse(turn, roles[i]) is { } refused)
                form.Fail($"role_ids.{i}", "ONBOARDING_ROLE_INVALID", refused.Message);
        }

        var channels = Channels(form, "channel_ids", Max, turn.State) ?? [];
        if (roles.Count + channels.Count == 0 && form.Error is null)
            form.Fail("role_ids", "BASE_TYPE_REQUIRED", "An option gives a role or a channel.");
        return new OnboardingOption(
            known?.Id ?? ids.Next(),
            form.String("title", 1, 50, required: true) ?? "",
            form.String("description", 0, 100, nullable: true) ?? "",
            OptionEmojis.Read(form, turn.State),
            [.. roles.Distinct()],
            channels);
    }

    private static List<Snowflake>? Channels(Form form, string name, int max, GuildState state)
    {
        if (form.Ids(name, max) is not { } ids)
            return null;
        for (var i = 0; i < ids.Count; i++)
            ChannelChoice.Check(form, $"{name}.{i}", state, ids[i]);
        return [.. ids.Distinct()];
    }

    private WriteUnit Write(WriteUnit unit, GuildTurn turn, GuildState next, GuildOnboarding old, GuildOnboarding changed, string? reason)
    {
        var isNew = turn.State.Objects.Find<GuildOnboarding>(next.Id) is null;
        audit.Write(unit, turn, next, isNew ? AuditLogEvent.OnboardingCreate : AuditLogEvent.OnboardingUpdate, next.Id, reason, AuditChanges.Between(isNew ? null : old, changed));
        foreach (var prompt in changed.Prompts)
        {
            var before = old.Prompts.FirstOrDefault(other => other.Id == prompt.Id);
            if (AuditChanges.Between(before, prompt) is { Count: > 0 } changes)
                audit.Write(unit, turn, next, before is null ? AuditLogEvent.OnboardingPromptCreate : AuditLogEvent.OnboardingPromptUpdate, prompt.Id, reason, changes);
        }

        foreach (var removed in old.Prompts.ExceptBy(changed.Prompts.Select(prompt => prompt.Id), prompt => prompt.Id))
            audit.Write(unit, turn, next, AuditLogEvent.OnboardingPromptDelete, removed.Id, reason, AuditChanges.Between(removed, null));
        return unit;
    }
}

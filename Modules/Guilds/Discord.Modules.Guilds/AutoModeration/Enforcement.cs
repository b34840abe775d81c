using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>Carries out what broken rules order.</summary>
internal sealed class Enforcement(GuildHomes homes, RuleConsequences consequences, Database database, IMediator mediator, TimeProvider clock) : IRequestHandler<ActOnModeration>
{
    public async Task<Unit> Handle(ActOnModeration request, CancellationToken cancellationToken)
    {
        if (await homes.EnterAsSystemAsync(request.Moderation.GuildId, cancellationToken) is not { } entered)
            return Unit.Value;
        using var turn = entered.Turn;
        await ActAsync(entered.Home, entered.State, request.Moderation, request.MessageId);
        return Unit.Value;
    }

    /// <summary>Asks about the name of a thread, on the guild's lane, and acts at once.</summary>
    /// <param name="channelId">The thread's channel.</param>
    /// <returns>200001 when a rule blocks the name.</returns>
    public async ValueTask<ApiError?> RefuseTitleAsync(GuildHome home, GuildState state, Snowflake channelId, Snowflake authorId, string title)
    {
        if (await home.Members.FindAsync(authorId) is not { } author
            || state.AutoModeration.AskMessage(state, channelId, state.Channels[channelId].ParentId, author, title, mentions: 0, recent: null, clock) is not { } moderation)
            return null;
        await ActAsync(home, state, moderation, null);
        return moderation.Blocks ? ApiError.TitleBlocked : null;
    }

    private async Task ActAsync(GuildHome home, GuildState state, Moderation moderation, Snowflake? messageId)
    {
        var unit = new WriteUnit();
        var member = await home.Members.FindAsync(moderation.UserId);
        var changed = consequences.Write(unit, state, member, moderation, messageId);
        if (member is not null && changed is not null && changed != member && await mediator.Send(new GetUser(member.UserId)) is { } user)
            home.Members.Change(unit, member, changed).Publish(new GuildMemberUpdated(state.Id, changed.ToWire(user)), state);
        await database.CommitAsync(unit);
    }
}

/// <summary>What each action of a broken rule writes: its event, its entry in the audit log, and what it does to the member.</summary>
internal sealed class RuleConsequences(AuditTrail audit, TimeProvider clock)
{
    /// <param name="member">Null: gone meanwhile.</param>
    /// <param name="messageId">The message, when it was posted.</param>
    /// <returns>The member afterwards; the caller stores a change.</returns>
    public MemberState? Write(WriteUnit unit, GuildState state, MemberState? member, Moderation moderation, Snowflake? messageId)
    {
        foreach (var hit in moderation.Hits)
        {
            // Deleted between the question and now: nobody wants it any more.
            if (state.Objects.Find<AutoModerationRule>(hit.RuleId) is not { } rule)
                continue;
            foreach (var action in rule.Actions)
                member = Write(unit, state, member, moderation, hit, rule, action, moderation.Blocks ? null : messageId);
        }

        return member;
    }

    private MemberState? Write(WriteUnit unit, GuildState state, MemberState? member, Moderation moderation, RuleHit hit, AutoModerationRule rule, RuleAction action, Snowflake? messageId)
    {
        var execution = new AutoModerationExecution
        {
            GuildId = state.Id,
            Action = action,
            RuleId = rule.Id,
            RuleTriggerType = (int)rule.TriggerType,
            UserId = moderation.UserId,
            ChannelId = moderation.ChannelId,
            MessageId = messageId,
            Content = moderation.Content,
            MatchedKeyword = hit.Keyword,
            MatchedContent = hit.Matched,
        };
        switch (action.Type)
        {
            case RuleActions.Alert:
                // Messaging posts it, and tells of the action then.
                unit.Publish(new AutoModerationAlerted(execution, rule.Name), state);
                return member;
            case RuleActions.Timeout when member is not null:
                var until = Timestamp.From(clock.GetUtcNow().AddSeconds(action.Metadata.DurationSeconds ?? 0));
                member = member.TimeoutUntil?.UnixMilliseconds > until.UnixMilliseconds ? member : member with { TimeoutUntil = until };
                Tell(AuditLogEvent.AutoModerationUserCommunicationDisabled);
                return member;
            case RuleActions.BlockInteraction when member is not null:
                Tell(AuditLogEvent.AutoModerationQuarantineUser);
                return member with { Flags = member.Flags | MemberState.QuarantinedFlag };
            case RuleActions.BlockMessage:
                Tell(AuditLogEvent.AutoModerationBlockMessage);
                return member;
            default:
                return member;
        }

        void Tell(AuditLogEvent what)
        {
            unit.Publish(new AutoModerationActionExecuted(execution), state);
            audit.Write(unit, state, moderation.UserId, what, moderation.UserId, null, options: AutoModerationAlert.OptionsOf(execution, rule.Name));
        }
    }
}

/// <summary>Looks at the names of those who join or change their name: rules of the trigger MEMBER_PROFILE.</summary>
internal sealed class ProfileGuard(RuleConsequences consequences)
{
    /// <summary>Asks the guild's rules about a member's names, on the guild's lane.</summary>
    /// <param name="unit">Gets what the rules order; the member is the caller's to store.</param>
    /// <returns>The member, held back while some rule objects to the name and free again once none does.</returns>
    public MemberState Check(GuildState state, MemberState member, User user, WriteUnit unit)
    {
        if (!state.AutoModeration.HasProfileRules)
            return member;
        var free = member with { Flags = member.Flags & ~MemberState.QuarantinedFlag };
        return state.AutoModeration.AskProfile(state, member, user) is { } moderation ? consequences.Write(unit, state, free, moderation, null)! : free;
    }
}

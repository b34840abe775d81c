using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>What moderators do to members in voice: mute, deafen, move, disconnect.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Modify Guild Member"; Audit Log, "Optional Audit Entry Info". Roles do not rank here: the permissions are enough. Into a full channel moves who holds MOVE_MEMBERS there too.</remarks>
internal sealed class VoiceModeration(IMediator mediator, SnowflakeGenerator ids, TimeProvider clock)
{
    private readonly CountedEntries _moves = new(clock);

    /// <param name="needed">Of MUTE_MEMBERS, DEAFEN_MEMBERS and MOVE_MEMBERS what is to be done; none: nothing.</param>
    /// <param name="channelId">Where the member is to go; null: nowhere else.</param>
    /// <returns>50013 for who may not do it where the member is, 40032 when that is nowhere, and why the channel is none to go to. Null: it may be done.</returns>
    public async ValueTask<ApiError?> RefuseAsync(GuildTurn turn, Form form, Snowflake userId, Permissions needed, Snowflake? channelId)
    {
        if (needed == Permissions.None)
            return null;
        var state = await mediator.Send(new GetVoiceState(turn.State.Id, userId));
        var room = state?.ChannelId is { } at ? turn.State.Channels.GetValueOrDefault(at) : null;
        // Who may do none of it does not learn whether they are there.
        if (!(room is null ? turn.Permissions : turn.InChannel(room)).Has(needed))
            return ApiError.MissingPermissions;
        if (room is null)
            return ApiError.NotConnectedToVoice;
        if (channelId is not { } id)
            return null;
        if (!turn.State.Channels.TryGetValue(id, out var target))
            return ApiError.UnknownChannel;
        var held = turn.InChannel(target);
        if (!held.Has(Permissions.ViewChannel))
            return ApiError.MissingAccess;
        if (!target.Type.IsVoice())
            return ApiError.ChannelType;
        if (!held.Has(Permissions.Connect))
            return ApiError.MissingPermissions;
        if (room.Id == id || await mediator.Send(new HasVoiceRoom(turn.State.Id, target, held)))
            return null;
        if (!held.Has(Permissions.MoveMembers))
            return ApiError.MissingPermissions;
        form.Fail("channel_id", "CHANNEL_FULL", "Nobody else fits into this channel.");
        return form.Error;
    }

    /// <summary>Notes a move in the audit log: one more into the same channel soon after is the same entry.</summary>
    /// <param name="channelId">Null: out of voice.</param>
    public WriteUnit Note(WriteUnit unit, GuildTurn turn, Snowflake? channelId, string? reason)
    {
        var entry = AuditTrail.Entry(ids.Next(), turn.Member.UserId, channelId is null ? AuditLogEvent.MemberDisconnect : AuditLogEvent.MemberMove, null, reason, options: new AuditLogOptions { ChannelId = channelId });
        var (counted, committed) = _moves.Count(turn.State.Id, entry);
        return unit.Publish(counted, turn.State).Then(committed);
    }
}

using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.AutoModeration;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Messaging.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Threads;

/// <summary>What PATCH and DELETE of a channel do to a thread.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Modify Channel", "Delete/Close Channel". Fires THREAD_UPDATE and THREAD_DELETE; a new name is told in the thread.</remarks>
internal sealed class ThreadEditing(GuildHomes homes, Enforcement rules, AuditTrail audit)
{
    /// <summary>Changes a thread: MANAGE_THREADS, or its starter for what is theirs.</summary>
    public async ValueTask<Reply> UpdateAsync(ApiRequest request, Form form)
    {
        var fields = new ThreadForm(form);
        if (form.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterThreadAsync(request.Id("channel_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var held = entered.Value;
        var (turn, thread, permissions) = held;
        if (fields.Refuse(turn.State, thread, request.UserId, permissions) is { } forbidden)
            return forbidden;
        var before = turn.State.WireOf(thread);
        var after = fields.Apply(before, turn.Now, () => turn.Home.NextArchiveTime(turn.Now));
        if (after == before)
            return Reply.Ok(before with { Member = thread.MemberOf(request.UserId) });
        if (after.Name != before.Name && await rules.RefuseTitleAsync(turn.Home, turn.State, thread.ParentId, request.UserId, after.Name) is { } blocked)
            return blocked;

        var made = new ThreadChanges(turn.Home, turn.State, new WriteUnit());
        var changed = made.Set(thread, after);
        audit.Write(made.Unit, turn, made.Next, AuditLogEvent.ThreadUpdate, thread.Id, request.Reason, ThreadAudit.Changes(before, after));
        if (after.Name != before.Name && !changed.IsArchived)
            made.Unit.Publish(new SystemMessageCaused(made.Next.Id, thread.Id, request.UserId, MessageType.ChannelNameChange) { Content = after.Name });
        await turn.CommitAsync(made.Unit, made.Next);
        return Reply.Ok(made.Next.WireOf(changed, request.UserId));
    }

    /// <summary>Deletes a thread: MANAGE_THREADS. The message that it was started from stays.</summary>
    public async ValueTask<Reply> DeleteAsync(ApiRequest request)
    {
        var entered = await homes.EnterThreadAsync(request.Id("channel_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var held = entered.Value;
        var (turn, thread, permissions) = held;
        if (!permissions.Has(Permissions.ManageThreads))
            return ApiError.MissingPermissions;
        var deleted = turn.State.WireOf(thread);
        var changes = new ThreadChanges(turn.Home, turn.State, new WriteUnit());
        changes.Delete(thread);
        audit.Write(changes.Unit, turn, changes.Next, AuditLogEvent.ThreadDelete, thread.Id, request.Reason, ThreadAudit.Changes(deleted, null));
        await turn.CommitAsync(changes.Unit, changes.Next);
        homes.ForgetChannel(thread.Id);
        return Reply.Ok(deleted);
    }
}

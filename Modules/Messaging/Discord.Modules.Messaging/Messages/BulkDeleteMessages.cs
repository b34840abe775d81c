using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.AuditLog;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Crossposts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>POST /channels/{channel_id}/messages/bulk-delete: 2 to 100 messages, none older than 14 days. Needs MANAGE_MESSAGES.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Bulk Delete Messages": unknown ids count for the limit and are passed over. Fires MESSAGE_DELETE_BULK.</remarks>
internal sealed class BulkDeleteMessages(MessageStore store, IAttachments attachments, MessageAudit audit, Database database, IMediator mediator, TimeProvider clock) : IEndpoint
{
    private static readonly TimeSpan s_oldest = TimeSpan.FromDays(14);

    public Route Route => Route.Post("bulk_delete_messages", "/channels/{channel_id}/messages/bulk-delete") with { Access = Access.Authenticated };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var given = body.Value.Ids("messages", required: true);
        if (body.Value.Error is { } invalid)
            return invalid;
        var ids = given!.Distinct().ToList();
        if (ids.Count is < 2 or > 100)
            return ApiError.BulkDeleteCount;
        if (ids.Any(id => id < Snowflake.FirstAt(clock.GetUtcNow() - s_oldest)))
            return ApiError.TooOldToBulkDelete;

        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var access = turn.Access;
        if (access.GuildId is null)
            return ApiError.CannotExecuteOnDm;
        if (!access.Has(Permissions.ManageMessages))
            return ApiError.MissingPermissions;
        var found = (await store.FindManyAsync(access.ChannelId, ids)).Where(message => message.Type.IsDeletable()).ToList();
        if (found.Count == 0)
            return Reply.NoContent;
        Snowflake[] deleted = [.. found.Select(message => message.Id)];
        var unit = attachments.ReleaseAll(MessageStore.DeleteMany(new WriteUnit(), access.ChannelId, deleted), deleted).Publish(new MessagesDeleted(deleted, access.ChannelId, access.GuildId, access.Audience), access.View);
        foreach (var message in found)
            CrosspostChanges.Note(unit, access, message);
        await database.CommitAsync(audit.BulkDeleted(unit, access, request.UserId, deleted.Length, request.Reason));
        return Reply.NoContent;
    }
}

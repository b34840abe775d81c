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

/// <summary>DELETE /channels/{channel_id}/messages/{message_id}: the author, or MANAGE_MESSAGES.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Delete Message". Fires MESSAGE_DELETE.</remarks>
internal sealed class DeleteMessage(MessageStore store, IAttachments attachments, MessageAudit audit, Database database, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Delete("delete_message", "/channels/{channel_id}/messages/{message_id}") with { RateLimit = RateLimit.Per("delete_message", 5, 1) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var access = turn.Access;
        if (await store.FindAsync(access.ChannelId, request.Id("message_id")) is not { } stored)
            return ApiError.UnknownMessage;
        if (stored.AuthorId != request.UserId && !access.Has(Permissions.ManageMessages))
            return access.GuildId is null ? ApiError.CannotExecuteOnDm : ApiError.MissingPermissions;
        if (!stored.Type.IsDeletable())
            return ApiError.SystemMessage;
        var unit = MessageStore.Delete(new WriteUnit(), stored).Publish(new MessageDeleted(stored.Id, access.ChannelId, access.GuildId, access.Audience), access.View);
        if (stored.Extras is { HasFiles: true })
            attachments.ReleaseAll(unit, [stored.Id]);
        CrosspostChanges.Note(unit, access, stored);
        await database.CommitAsync(audit.Deleted(unit, access, request.UserId, stored.AuthorId, request.Reason));
        return Reply.NoContent;
    }
}

using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Attachments;
using Discord.Modules.Messaging.Components;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Crossposts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>PATCH /channels/{channel_id}/messages/{message_id}: the author changes the message; others with MANAGE_MESSAGES only its flags.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Edit Message". Fires MESSAGE_UPDATE.</remarks>
internal sealed class UpdateMessage(MessageStore store, MessageWire wire, MessageReader reader, IAttachments attachments, SnowflakeGenerator ids, Database database, IMediator mediator, TimeProvider clock) : IEndpoint
{
    public Route Route => Route.Patch("update_message", "/channels/{channel_id}/messages/{message_id}") with { RateLimit = RateLimit.Per("update_message", 5, 5) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var read = await reader.ReadAsync(request, request.Id("channel_id"), MessageBody.Read);
        if (read.Error is { } unreadable)
            return unreadable;
        using var body = read.Value;
        var form = body.Form;

        Moderation? moderation = null;
        var reply = await EditAsync(request, form, body, judged => moderation = judged);
        if (moderation is not null)
            await mediator.Send(new ActOnModeration(moderation, request.Id("message_id")), request.Cancelled);
        return reply;
    }

    /// <param name="judged">Told what the guild's rules say: it is acted on once the turn on the lane was let go.</param>
    private async ValueTask<Reply> EditAsync(ApiRequest request, Form form, MessageBody body, Action<Moderation> judged)
    {
        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var access = turn.Access;
        if (access.Thread is { Archived: true })
            return ApiError.ThreadArchived;
        // Read on the lane: an edit and a delete of one message cannot cross.
        if (await store.FindAsync(access.ChannelId, request.Id("message_id")) is not { } stored)
            return ApiError.UnknownMessage;
        var isAuthor = stored.AuthorId == request.UserId;
        var edited = form.Has("content") || form.Has("embeds") || form.Has("components") || form.Has("attachments") || body.Added.Count > 0;
        if (!isAuthor && edited)
            return ApiError.CannotEditOthersMessage;
        if (!isAuthor && !access.Has(Permissions.ManageMessages))
            return ApiError.MissingPermissions;
        if (!stored.Type.IsWritten())
            return ApiError.SystemMessage;
        if (access.Unreachable is { } unreachable)
            return unreachable;
        if (stored.Extras?.Poll is not null)
            return ApiError.CannotEditPoll;
        var isV2 = (stored.Flags | (body.Flags ?? MessageFlags.None)).HasFlag(MessageFlags.IsComponentsV2);
        ComponentForm.CheckVersion(form, body.Components ?? [], isV2);
        if (form.Error is { } mixed)
            return mixed;
        if (body.Embeds is { Count: > 0 } && !access.Has(Permissions.EmbedLinks) || body.Added.Count > 0 && !access.Has(Permissions.AttachFiles))
            return ApiError.MissingPermissions;
        if (edited && stored.Flags.HasFlag(MessageFlags.IsVoiceMessage))
            return ApiError.VoiceMessageEdit;

        var content = form.Has("content") ? body.Content ?? "" : stored.Content;
        var whole = body with
        {
            Content = content,
            Embeds = body.Embeds ?? stored.Extras?.Embeds,
            Components = body.Components ?? stored.Extras?.Components,
            Tts = stored.Extras?.Tts ?? false,
            StickerIds = [],
            Stickers = [.. (stored.Extras?.StickerItems ?? []).Select(item => new FoundSticker(item, default))],
        };
        IReadOnlyList<StoredAttachment> old = stored.Extras?.Attachments ?? [];
        var chosen = Choose(old, body);
        if (chosen.Error is { } unknown)
            return unknown;
        NewAttachment[] added = [.. body.Added.Select(attachment => attachment with { Stored = attachment.Stored with { Id = ids.Next() } })];
        // What only an embed showed goes with the embed.
        var shown = AttachmentWire.Mark(chosen.Value.Concat(added.Select(attachment => attachment.Stored)), (whole.Embeds ?? []).Concat(whole.Components ?? []))
            .Where(file => file.Embedded == true || old.All(other => other.Id != file.Id || other.Embedded is null)).ToList();
        if (whole.HasFilesOnly && shown.Count == 0 && stored.Extras?.Snapshot is null)
            return ApiError.EmptyMessage;
        if (shown.Count > AttachmentForm.Max)
            return ApiError.MaximumAttachments;
        var named = Mentions.Find(content);
        if (form.Has("content") && access.Home.Moderate(request.UserId, content, named.Users.Count + named.Roles.Count, isEdit: true) is { } moderation)
        {
            judged(moderation);
            if (moderation.Blocks)
                return moderation.Error;
        }

        var mentions = named.Permit(body.AllowedMentions, access);
        if (!form.Has("content"))
            mentions = new Mentions(stored.Extras?.Mentions ?? [], stored.Extras?.MentionRoles ?? [], stored.Extras?.MentionEveryone ?? false);
        var changed = stored with
        {
            Content = content,
            Flags = body.Flags is { } flags ? (stored.Flags & ~MessageFlags.SuppressEmbeds) | (flags & (isAuthor ? MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2 : MessageFlags.SuppressEmbeds)) : stored.Flags,
            EditedAt = edited ? Timestamp.From(clock.GetUtcNow()) : stored.EditedAt,
            Extras = MessagePosting.ExtrasOf(whole, mentions, shown, stored.Extras),
        };
        var message = await wire.WriteAsync(access, changed, request.UserId);
        var unit = MessageStore.Update(new WriteUnit(), changed).Publish(new MessageUpdated(await wire.ForGatewayAsync(access, message), access.Audience), access.View);
        foreach (var attachment in added)
            attachments.Keep(unit, changed.ChannelId, changed.Id, attachment.Stored.Id, attachment.Stored.Filename, attachment.File);
        attachments.Release(unit, changed.Id, [.. old.Select(file => file.Id).Except(shown.Select(file => file.Id))]);
        await database.CommitAsync(CrosspostChanges.Note(unit, access, changed));
        return Reply.Ok(message);
    }

    // The old ones that stay: those that are listed, and those that clients cannot list because an embed shows them.
    private static Result<List<StoredAttachment>> Choose(IReadOnlyList<StoredAttachment> old, MessageBody body)
    {
        if (body.Kept is not { } kept)
            return old.ToList();
        if (kept.FirstOrDefault(entry => old.All(file => file.Id != entry.Id)) is { } unknown)
            return AttachmentForm.Unknown(unknown);
        var listed = kept.DistinctBy(entry => entry.Id).ToDictionary(entry => entry.Id);
        return old.Where(file => listed.ContainsKey(file.Id) || file.Embedded == true)
            .Select(file => listed.GetValueOrDefault(file.Id) is { Describes: true } entry ? file with { Description = entry.Description } : file).ToList();
    }
}

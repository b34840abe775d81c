using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Attachments;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>Reads a message with its files from a request: JSON, or a form of parts whose files are stored while they are read.</summary>
internal sealed class MessageReader(IUploads uploads, IMediator mediator)
{
    /// <returns>The body, to be disposed after the commit. Files of those who may not attach any are not even stored.</returns>
    /// <param name="read">Of a new message or of an edit.</param>
    public async ValueTask<Result<MessageBody>> ReadAsync(ApiRequest request, Snowflake channelId, Func<Form, MessageBody> read)
    {
        ApiError? refusal = null;
        if (request.IsMultipart)
        {
            var access = await mediator.Send(new GetChannelAccess(request.UserId, channelId), request.Cancelled);
            if (access.Error is { } hidden)
                return hidden;
            refusal = access.Value.Has(Permissions.AttachFiles) ? null : ApiError.MissingPermissions;
        }

        var sent = await request.UploadAsync(refusal);
        if (sent.Error is { } unreadable)
            return unreadable;
        using var upload = sent.Value;
        return await ReadAsync(upload.Form, upload.TakeFiles(), request.UserId, channelId, read, request.Cancelled);
    }

    /// <param name="files">Become the body's; they are let go here when it is refused.</param>
    public async ValueTask<Result<MessageBody>> ReadAsync(Form form, IReadOnlyList<UploadedFile> files, Snowflake userId, Snowflake channelId, Func<Form, MessageBody> read, CancellationToken cancellationToken)
    {
        var added = new List<NewAttachment>();
        MessageBody? body = null;
        try
        {
            var fields = read(form);
            var kept = await AttachmentForm.ReadAsync(form, files, name => uploads.FindAsync(userId, channelId, name, cancellationToken), added);
            if (kept.Error is { } unknown)
                return unknown;
            if (form.Error is { } invalid)
                return invalid;
            return added.Count > AttachmentForm.Max ? ApiError.MaximumAttachments : body = fields with { Added = added, Kept = kept.Value };
        }
        finally
        {
            if (body is null)
            {
                foreach (var file in files.Concat(added.Select(attachment => attachment.File)))
                    file.Dispose();
            }
        }
    }
}

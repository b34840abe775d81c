using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>Finds what somebody wants to forward, and cuts it down to what a forward shows.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Message Snapshots": seen with its history by the one who forwards; no polls and nothing that the platform said.</remarks>
internal sealed class Forwards(MessageStore store, ContentFilter content, IMediator mediator)
{
    /// <param name="caller">Null: a person.</param>
    public async ValueTask<Result<Forwarded>> FindAsync(Snowflake authorId, Forward forward, Caller? caller)
    {
        var found = await mediator.Send(new GetChannelAccess(authorId, forward.ChannelId));
        if (found.Error is { } hidden)
            return hidden;
        var access = found.Value;
        if (!access.Has(Permissions.ReadMessageHistory))
            return ApiError.ReferenceNeedsHistory;
        if (await store.FindAsync(access.ChannelId, forward.MessageId) is not { } message)
            return ApiError.InvalidField("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
        var mayRead = caller is null || message.AuthorId == authorId || message.Extras?.Mentions?.Contains(authorId) == true || await content.ReadsAllAsync(caller, access);
        return mayRead && message.Type.IsWritten() && message.Extras?.Poll is null ? new Forwarded(access, message) : ApiError.CannotForward;
    }
}

/// <param name="Access">Of where it was said.</param>
internal sealed record Forwarded(ChannelAccess Access, StoredMessage Message)
{
    /// <summary>Of a forward, what that one shows: there is one layer only.</summary>
    public StoredMessage Snapshot => Message.Extras?.Snapshot ?? Message with
    {
        Nonce = null,
        ReferenceId = null,
        PinnedAt = null,
        HasReactions = false,
        Extras = Message.Extras is null ? null : Message.Extras with { Tts = null, Reference = null, Webhook = null, MentionChannels = null },
    };
}

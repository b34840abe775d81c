using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Reactions;

/// <summary>The message and emoji that a reaction route names, with the turn on the channel's lane.</summary>
internal sealed record ReactionTarget(ChannelTurn Turn, StoredMessage Message, Emoji Emoji) : IDisposable
{
    public ChannelAccess Access => Turn.Access;

    public void Dispose() => Turn.Dispose();

    /// <returns>Refused without READ_MESSAGE_HISTORY, for an unknown message, and for what is no emoji.</returns>
    public static async ValueTask<Result<ReactionTarget>> EnterAsync(ApiRequest request, IMediator mediator, MessageStore store)
    {
        if (Emojis.Parse(request.Text("emoji_name")) is not { } emoji)
            return ApiError.UnknownEmoji;
        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var turn = entered.Value;
        var forbidden = !turn.Access.Has(Permissions.ReadMessageHistory) ? ApiError.MissingAccess : turn.Access.Thread is { Archived: true } ? ApiError.ThreadArchived : null;
        if (forbidden is not null)
        {
            turn.Dispose();
            return forbidden;
        }

        if (await store.FindAsync(turn.Access.ChannelId, request.Id("message_id")) is { } message)
            return new ReactionTarget(turn, message, await ResolveAsync(store, message, emoji));
        turn.Dispose();
        return ApiError.UnknownMessage;
    }

    /// <summary>The emoji as it stands under a message: a guild's own is known by its id, whatever name is given for it.</summary>
    public static async ValueTask<Emoji> ResolveAsync(MessageStore store, StoredMessage message, Emoji emoji)
    {
        if (emoji.Id is null || !message.HasReactions)
            return emoji;
        return (await store.ReactionsAsync([message.Id], default)).Select(summary => Emojis.OfKey(summary.Emoji)).FirstOrDefault(present => present.Id == emoji.Id) ?? emoji;
    }
}

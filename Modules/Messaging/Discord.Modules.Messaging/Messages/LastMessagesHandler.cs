using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>Answers op 34 of the gateway: of each channel the newest message, as far as the caller may read it.</summary>
internal sealed class LastMessagesHandler(MessageStore store, MessageWire wire, IMediator mediator) : IRequestHandler<GetLastMessages, IReadOnlyList<Message>>
{
    public async Task<IReadOnlyList<Message>> Handle(GetLastMessages request, CancellationToken cancellationToken)
    {
        var messages = new List<Message>();
        foreach (var channelId in request.ChannelIds.Distinct())
        {
            var access = await mediator.Send(new GetChannelAccess(request.UserId, channelId), cancellationToken);
            if (access.Error is null && access.Value.GuildId == request.GuildId && access.Value.Has(Permissions.ReadMessageHistory)
                && access.Value.Home.LastMessageId is { } newest && await store.FindAsync(channelId, newest) is { } stored)
                messages.Add(await wire.WriteAsync(access.Value, stored, request.UserId));
        }

        return messages;
    }
}

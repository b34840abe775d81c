using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

internal sealed class GetChannelMarksHandler(MessageStore store) : IRequestHandler<GetChannelMarks, IReadOnlyDictionary<Snowflake, ChannelMarks>>
{
    public async Task<IReadOnlyDictionary<Snowflake, ChannelMarks>> Handle(GetChannelMarks request, CancellationToken cancellationToken)
    {
        var marks = new Dictionary<Snowflake, ChannelMarks>(request.ChannelIds.Count);
        foreach (var id in request.ChannelIds)
        {
            var (message, pin) = await store.MarksAsync(id);
            if (message is not null)
                marks[id] = new ChannelMarks(message, pin);
        }

        return marks;
    }
}

using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Threads;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Channels;

internal sealed class GetChannelAccessHandler(GuildHomes homes) : IRequestHandler<GetChannelAccess, Result<ChannelAccess>>
{
    public Task<Result<ChannelAccess>> Handle(GetChannelAccess request, CancellationToken cancellationToken) => homes.AccessAsync(request.ChannelId, request.UserId).AsTask();
}

internal sealed class EnterChannelHandler(GuildHomes homes, Lanes lanes, ThreadJoins joins) : IRequestHandler<EnterChannel, Result<ChannelTurn>>
{
    public async Task<Result<ChannelTurn>> Handle(EnterChannel request, CancellationToken cancellationToken)
    {
        // Loads before the turn is taken: nobody waits for a read on the lane.
        var key = await homes.LaneKeyAsync(request.ChannelId);
        if ((await homes.AccessAsync(request.ChannelId, request.UserId)).Error is { } early)
            return early;
        if (request.Members.Count > 0 && await homes.GuildOfAsync(request.ChannelId) is { } guildId && await homes.FindAsync(guildId) is { } home)
            await home.Members.FindManyAsync(request.Members);
        var turn = await lanes[key].EnterAsync(cancellationToken);
        var access = await homes.AccessAsync(request.ChannelId, request.UserId);
        if (access.Error is null)
            return new ChannelTurn(access.Value, turn, access.Value.Thread is null ? null : mentioned => joins.ReadyAsync(access.Value, request.UserId, mentioned));
        turn.Dispose();
        return access.Error;
    }
}

internal sealed class EnterChannelAsSystemHandler(GuildHomes homes, Lanes lanes) : IRequestHandler<EnterChannelAsSystem, ChannelTurn?>
{
    public async Task<ChannelTurn?> Handle(EnterChannelAsSystem request, CancellationToken cancellationToken)
    {
        var turn = await lanes[await homes.LaneKeyAsync(request.ChannelId)].EnterAsync(cancellationToken);
        if (await homes.GuildOfAsync(request.ChannelId) is { } guildId)
        {
            if (await homes.FindAsync(guildId) is { State: { } state } home)
            {
                if (state.Channels.TryGetValue(request.ChannelId, out var channel))
                    return new ChannelTurn(homes.Access(home, state, channel, Permissions.All), turn);
                if (await homes.FindThreadAsync(state, request.ChannelId) is { } thread)
                    return new ChannelTurn(homes.Access(home, state, thread, Permissions.All), turn);
            }
        }
        else if (await homes.FindDirectMessageAsync(request.ChannelId) is { } dm)
        {
            return new ChannelTurn(new ChannelAccess(dm.Id, dm.Type, null, Permissions.DirectMessage, 0, null, dm.Recipients, null, dm), turn);
        }

        turn.Dispose();
        return null;
    }
}

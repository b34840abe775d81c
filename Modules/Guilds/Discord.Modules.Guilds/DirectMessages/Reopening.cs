using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.DirectMessages;

/// <summary>A new message in a direct message channel puts it back into the list of those who had closed it.</summary>
internal sealed class Reopening(Database database, DirectMessageWire wire, IMediator mediator)
{
    /// <summary>Call on the channel's lane: the change is queued when this returns.</summary>
    public void Start(DirectMessageHome home, IReadOnlyCollection<Snowflake> users)
    {
        var unit = new WriteUnit();
        foreach (var user in users)
            GuildStore.SetClosed(unit, user, home.Id, closed: false);
        _ = FinishAsync(home, users, database.CommitAsync(unit));
    }

    // Nobody waits for this: when it fails, the next message tries again.
    private async Task FinishAsync(DirectMessageHome home, IReadOnlyCollection<Snowflake> users, Task queued)
    {
        try
        {
            await queued;
            var known = await mediator.Send(new GetUsers(users));
            var opened = new WriteUnit();
            foreach (var user in known.Values.Where(user => !user.IsBot))
                opened.Publish(new DirectMessageOpened(await wire.WriteAsync(home, user.Id), user.Id));
            await database.CommitAsync(opened);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            foreach (var user in users)
                home.Close(user);
        }
    }
}

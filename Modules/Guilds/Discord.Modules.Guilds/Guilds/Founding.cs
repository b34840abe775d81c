using System.Collections.Immutable;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>Makes guilds: of what a request says, or of a template.</summary>
internal sealed class Founding(GuildHomes homes, Database database, Lanes lanes, SnowflakeGenerator ids, IMediator mediator)
{
    /// <summary>Source: Discord docs, JSON error 30001.</summary>
    private const int MaxGuildsOfUser = 100;

    public static readonly RateLimit Limit = RateLimit.Per("create_guild", 10, 60);

    /// <summary>A new guild of the caller.</summary>
    /// <param name="body">Says the name; its errors are the caller's.</param>
    /// <param name="plan">Says everything else: see <see cref="GuildPlan"/>. May be the body itself.</param>
    /// <param name="unit">What commits together with it.</param>
    /// <param name="icon">Read from the body; null: it has none.</param>
    /// <returns>50035; 30001 beyond 100 guilds.</returns>
    public async ValueTask<Result<GuildState>> FoundAsync(ApiRequest request, Form body, Form plan, WriteUnit unit, ImageField? icon = null)
    {
        var name = body.String("name", 2, 100, required: true)?.Trim();
        if (name is { Length: < 2 })
            body.Fail("name", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length.");
        var id = ids.Next();
        var planned = new GuildPlan(plan, id, ids, await mediator.Send(new GetVoiceRegions(), request.Cancelled));
        if ((body.Error ?? plan.Error) is { } invalid)
            return invalid;
        if ((await homes.GuildsOfAsync(request.UserId)).Ids.Count >= MaxGuildsOfUser)
            return ApiError.MaximumGuilds;

        if (await mediator.Send(new GetUser(request.UserId), request.Cancelled) is not { } user)
            return ApiError.UnknownUser;
        var settings = planned.Settings with { Name = name!, OwnerId = request.UserId, Icon = icon?.Hash };
        var home = homes.NewHome(id);
        var state = new GuildState(home, settings, planned.Roles.ToImmutableDictionary(role => role.Id), planned.Channels.ToImmutableDictionary(channel => channel.Id), GuildObjects.None);
        var owner = new MemberState(request.UserId, null, MemberState.NoRoles, Timestamp.From(homes.Now), null, 0);

        icon?.Keep(unit, id, null, id);
        GuildStore.Save(unit, settings);
        foreach (var role in planned.Roles)
            GuildStore.Save(unit, id, role);
        foreach (var channel in planned.Channels)
            GuildStore.Save(unit, channel);
        home.Members.Add(unit, owner, user).Publish(new GuildFounded(id, request.UserId), state);
        unit.Then(() =>
        {
            home.State = state;
            homes.NoteGuild(home, id);
            foreach (var channel in planned.Channels)
                homes.NoteChannel(channel.Id, id);
            homes.NoteMember(request.UserId, id, isMember: true);
        });
        using var turn = await lanes[id].EnterAsync(request.Cancelled);
        await database.CommitAsync(unit);
        return state;
    }
}

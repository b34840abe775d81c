using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.DirectMessages;

/// <summary>POST /users/@me/channels: the direct message channel with somebody, made if there was none; with none or several a new group.</summary>
/// <remarks>Source: Discord docs, Resources, User, "Create DM"; people may send recipients:[ids], bots send recipient_id. Fires CHANNEL_CREATE to people.</remarks>
internal sealed class CreateDm(IMediator mediator, Groups groups) : IEndpoint
{
    public Route Route => Route.Post("create_dm", "/users/@me/channels") with { RateLimit = RateLimit.Per("create_dm", 20, 10) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var many = form.Ids("recipients");
        var one = form.Id("recipient_id", required: many is null);
        if (form.Error is { } invalid)
            return invalid;
        IReadOnlyList<Snowflake> recipients = many ?? [one!.Value];
        if (recipients is not [var recipient])
            return request.Caller.IsBot ? ApiError.InvalidRecipients : Answer(await groups.CreateAsync(request.UserId, recipients));
        return Answer(await mediator.Send(new OpenDirectMessage(request.UserId, recipient), request.Cancelled));
    }

    private static Reply Answer(Result<Channel> opened) => opened.Error is { } refused ? refused : Reply.Ok(opened.Value);
}

/// <summary>A direct message channel or a group as one of its recipients sees it: the others are its recipients.</summary>
internal sealed class DirectMessageWire(IMediator mediator)
{
    public async ValueTask<Channel> WriteAsync(DirectMessageHome home, Snowflake viewer) =>
        Write(home.Channel, home.Recipients, await mediator.Send(new GetUsers(home.Recipients)), viewer) with { LastMessageId = home.LastMessageId, LastPinTimestamp = home.LastPinTimestamp };

    public static Channel Write(Channel channel, IReadOnlyList<Snowflake> recipients, IReadOnlyDictionary<Snowflake, User> users, Snowflake viewer) =>
        channel with { Recipients = [.. recipients.Where(id => id != viewer && users.ContainsKey(id)).Select(id => users[id])] };

    /// <summary>What the one channel of two users is found by.</summary>
    public static string KeyOf(Snowflake one, Snowflake other) => one < other ? $"{one}:{other}" : $"{other}:{one}";
}

internal sealed class GetDirectMessagesHandler(GuildHomes homes, GuildStore store, DirectMessageWire wire) : IRequestHandler<GetDirectMessages, IReadOnlyList<Channel>>
{
    public async Task<IReadOnlyList<Channel>> Handle(GetDirectMessages request, CancellationToken cancellationToken)
    {
        var channels = new List<Channel>();
        foreach (var id in await store.OpenDirectMessagesAsync(request.UserId))
        {
            if (await homes.FindDirectMessageAsync(id) is { } home)
                channels.Add(await wire.WriteAsync(home, request.UserId));
        }

        return channels;
    }
}

internal sealed class OpenDirectMessageHandler(GuildHomes homes, GuildStore store, Database database, Lanes lanes, SnowflakeGenerator ids, DirectMessageWire wire, IMediator mediator)
    : IRequestHandler<OpenDirectMessage, Result<Channel>>
{
    public async Task<Result<Channel>> Handle(OpenDirectMessage request, CancellationToken cancellationToken)
    {
        var users = await mediator.Send(new GetUsers([request.UserId, request.RecipientId]), cancellationToken);
        if (request.RecipientId == request.UserId || !users.TryGetValue(request.RecipientId, out var recipient))
            return ApiError.InvalidRecipients;
        if (users[request.UserId].IsBot && recipient.IsBot)
            return ApiError.CannotMessageUser;

        Snowflake[] pair = request.UserId < request.RecipientId ? [request.UserId, request.RecipientId] : [request.RecipientId, request.UserId];
        if (await FindOrMakeAsync(pair, users, cancellationToken) is { } made)
            return await wire.WriteAsync((await homes.FindDirectMessageAsync(made))!, request.UserId);

        var home = (await homes.FindDirectMessageAsync((await store.FindPairAsync(DirectMessageWire.KeyOf(pair[0], pair[1])))!.Value))!;
        using var turn = await lanes[home.Id].EnterAsync(cancellationToken);
        await database.CommitAsync(GuildStore.SetClosed(new WriteUnit(), request.UserId, home.Id, closed: false));
        home.Open(request.UserId);
        return await wire.WriteAsync(home, request.UserId);
    }

    /// <returns>The new channel, or null: there was one.</returns>
    private async Task<Snowflake?> FindOrMakeAsync(Snowflake[] pair, IReadOnlyDictionary<Snowflake, User> users, CancellationToken cancellationToken)
    {
        using var turn = await lanes[pair[0]].EnterAsync(cancellationToken);
        if (await store.FindPairAsync(DirectMessageWire.KeyOf(pair[0], pair[1])) is not null)
            return null;
        var id = ids.Next();
        var unit = GuildStore.InsertDirectMessage(new WriteUnit(), new Channel { Id = id, Type = ChannelType.Dm }, DirectMessageWire.KeyOf(pair[0], pair[1]), pair);
        foreach (var user in users.Values.Where(user => !user.IsBot))
            unit.Publish(new DirectMessageOpened(new Channel { Id = id, Type = ChannelType.Dm, Recipients = [.. users.Values.Where(other => other.Id != user.Id)] }, user.Id));
        await database.CommitAsync(unit);
        homes.ForgetDirectMessage(id);
        return id;
    }
}

using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Expressions;

/// <summary>An emoji, a sticker or a sound: something with a file that somebody made for a guild.</summary>
internal interface IExpression<TSelf> : IGuildObject where TSelf : class, IExpression<TSelf>
{
    /// <summary>Its file's kind.</summary>
    static abstract ImageKind File { get; }

    /// <summary>The refusal for an id of none.</summary>
    static abstract ApiError Unknown { get; }

    /// <summary>The first of the three actions of the audit log: made, changed, deleted.</summary>
    static abstract AuditLogEvent Made { get; }

    /// <summary>What the guild is told.</summary>
    /// <param name="old">Null: it was made.</param>
    /// <param name="changed">Null: it was deleted.</param>
    static abstract GatewayEvent Tell(GuildState next, TSelf? old, TSelf? changed);

    /// <summary>Who made it.</summary>
    Snowflake UserId { get; }

    /// <summary>The fields that the audit log compares.</summary>
    object Audited { get; }

    object ToWire(User? maker);
}

/// <summary>What is done alike with emojis, stickers and sounds: reading them, and making their changes durable, told and written down.</summary>
internal sealed class ExpressionShelf(GuildHomes homes, AuditTrail audit, IImages images, IMediator mediator)
{
    /// <summary>All of a guild, for a member: with their makers for those who see them.</summary>
    public async ValueTask<Result<List<object>>> ListAsync<T>(ApiRequest request) where T : class, IExpression<T>
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        var all = guild.Value.State.Objects.All<T>().ToList();
        var makers = ExpressionRules.SeesMakers(guild.Value.Permissions) ? await mediator.Send(new GetUsers([.. all.Select(one => one.UserId).Distinct()]), request.Cancelled) : null;
        return all.ConvertAll(one => one.ToWire(makers?.GetValueOrDefault(one.UserId)));
    }

    /// <summary>One of a guild, for a member.</summary>
    public async ValueTask<Reply> GetAsync<T>(ApiRequest request, Snowflake id) where T : class, IExpression<T>
    {
        var guild = await homes.ReadAsync(request.Id("guild_id"), request.UserId);
        if (guild.Error is { } refused)
            return refused;
        if (guild.Value.State.Objects.Find<T>(id) is not { } found)
            return T.Unknown;
        return Reply.Ok(found.ToWire(ExpressionRules.SeesMakers(guild.Value.Permissions) ? await mediator.Send(new GetUser(found.UserId), request.Cancelled) : null));
    }

    /// <summary>Makes one, when there is room for it.</summary>
    /// <param name="image">Its file.</param>
    public async ValueTask<Reply> CreateAsync<T>(ApiRequest request, GuildTurn turn, T made, ImageField image) where T : class, IExpression<T>
    {
        await CommitAsync(turn, null, made, request.Reason, image.Keep(new WriteUnit(), made.Id, null, turn.State.Id));
        return Reply.Created(made.ToWire(await mediator.Send(new GetUser(made.UserId), request.Cancelled)));
    }

    /// <summary>Changes one, if the caller may.</summary>
    /// <param name="change">On the guild's lane; adds what is wrong to the form.</param>
    public async ValueTask<Reply> UpdateAsync<T>(ApiRequest request, Snowflake id, Func<Form, T, GuildState, T> change) where T : class, IExpression<T>
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var entered = await EnterAsync<T>(request, id);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value.Turn;
        var old = entered.Value.Found;
        var changed = change(body.Value, old, turn.State);
        if (body.Value.Error is { } invalid)
            return invalid;
        if (!changed.Equals(old))
            await CommitAsync(turn, old, changed, request.Reason, new WriteUnit());
        return Reply.Ok(changed.ToWire(await mediator.Send(new GetUser(old.UserId), request.Cancelled)));
    }

    /// <summary>Deletes one, if the caller may, and lets its file go.</summary>
    public async ValueTask<Reply> DeleteAsync<T>(ApiRequest request, Snowflake id) where T : class, IExpression<T>
    {
        var entered = await EnterAsync<T>(request, id);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value.Turn;
        await CommitAsync<T>(turn, entered.Value.Found, null, request.Reason, images.Release(new WriteUnit(), T.File, id, null, turn.State.Id));
        return Reply.NoContent;
    }

    private async ValueTask<Result<(GuildTurn Turn, T Found)>> EnterAsync<T>(ApiRequest request, Snowflake id) where T : class, IExpression<T>
    {
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var turn = entered.Value;
        var found = turn.State.Objects.Find<T>(id);
        if (found is not null && ExpressionRules.MayChange(turn.Permissions, request.UserId, found.UserId))
            return (turn, found);
        turn.Dispose();
        return found is null ? T.Unknown : ApiError.MissingPermissions;
    }

    private Task CommitAsync<T>(GuildTurn turn, T? old, T? changed, string? reason, WriteUnit unit) where T : class, IExpression<T>
    {
        var state = turn.State;
        var id = (changed ?? old)!.Id;
        var next = changed is null ? state.WithoutObject<T>(id) : state.WithObject(changed);
        if (changed is null)
            GuildStore.Delete<T>(unit, state.Id, id);
        else
            GuildStore.Save(unit, state.Id, changed);
        unit.Publish(T.Tell(next, old, changed), next);
        audit.Write(unit, turn, next, T.Made + (old is null ? 0 : changed is null ? 2 : 1), id, reason, AuditChanges.Between(old?.Audited, changed?.Audited));
        return turn.CommitAsync(unit, next);
    }
}

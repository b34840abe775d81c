using Discord.IntegrationTests.Sites;
using Discord.Protocol;

namespace Discord.IntegrationTests.Matrix;

/// <summary>One operation in the matrix: how it is called, and what each kind of caller gets.</summary>
/// <param name="OperationId">As in the route list.</param>
/// <param name="Success">The status that those who may get.</param>
public sealed record Row(string OperationId, int Success)
{
    /// <summary>What a caller must hold. None: being a member, or being somebody at all, is enough.</summary>
    public Permissions Needs { get; init; }

    /// <summary>Makes a fresh target and returns method, path and body. Called for each caller.</summary>
    public required Func<World, Account?, Task<Request>> Request { get; init; }

    /// <summary>What differs from the rule of the row's kind: status and code (0: not looked at).</summary>
    public IReadOnlyDictionary<CallerKind, (int Status, int Code)> Except { get; init; } = new Dictionary<CallerKind, (int, int)>();

    /// <summary>What strangers get: 10004 for guilds, 50001 for channels; null: they may as everybody may.</summary>
    public (int Status, int Code)? ToStrangers { get; init; }

    /// <summary>False: answered without a token, too.</summary>
    public bool NeedsToken { get; init; } = true;

    /// <summary>Status and code (0: any) that a caller gets.</summary>
    public (int Status, int Code) Expected(CallerKind caller)
    {
        if (Except.TryGetValue(caller, out var exception))
            return exception;
        return caller switch
        {
            CallerKind.None when NeedsToken => (401, 0),
            CallerKind.Other when ToStrangers is { } refused => refused,
            CallerKind.MemberWithout when Needs != Permissions.None => (403, 50013),
            _ => (Success, 0),
        };
    }

    public override string ToString() => OperationId;
}

/// <summary>A request of the row's caller.</summary>
/// <param name="As">Another of the caller's logins, when the usual one has to outlive the request.</param>
public sealed record Request(string Method, string Path, object? Body = null, Account? As = null);

/// <summary>Makes rows short to write.</summary>
internal static class Rows
{
    public static readonly (int, int) UnknownGuild = (404, 10004);
    public static readonly (int, int) MissingAccess = (403, 50001);
    public static readonly (int, int) BotsCannot = (403, 20001);
    public static readonly (int, int) OnlyBots = (403, 20002);

    /// <summary>An operation of a guild: strangers do not learn that there is one.</summary>
    public static Row Guild(string id, int success, Permissions needs, Func<World, Task<Request>> request) =>
        new(id, success) { Needs = needs, ToStrangers = UnknownGuild, Request = (world, _) => request(world) };

    public static Row Guild(string id, int success, Permissions needs, Func<World, Request> request) => Guild(id, success, needs, world => Task.FromResult(request(world)));

    /// <summary>An operation of a guild's channel.</summary>
    public static Row Channel(string id, int success, Permissions needs, Func<World, Task<Request>> request) =>
        new(id, success) { Needs = needs, ToStrangers = MissingAccess, Request = (world, _) => request(world) };

    public static Row Channel(string id, int success, Permissions needs, Func<World, Request> request) => Channel(id, success, needs, world => Task.FromResult(request(world)));

    /// <summary>An operation on the caller's own things.</summary>
    public static Row Own(string id, int success, Func<World, Account, Task<Request>> request) => new(id, success) { Request = (world, caller) => request(world, caller ?? world.Owner) };

    public static Row Own(string id, int success, Request request) => Own(id, success, (_, _) => Task.FromResult(request));

    /// <summary>Own things that bots do not have.</summary>
    public static Row People(string id, int success, Func<World, Account, Task<Request>> request) => Own(id, success, request).But((CallerKind.Bot, BotsCannot));

    public static Row People(string id, int success, Request request) => People(id, success, (_, _) => Task.FromResult(request));

    /// <summary>An operation for everybody, even without a token.</summary>
    public static Row Public(string id, int success, Func<World, Task<Request>> request) => new(id, success) { NeedsToken = false, Request = (world, _) => request(world) };

    public static Row Public(string id, int success, Request request) => Public(id, success, _ => Task.FromResult(request));

    public static Row But(this Row row, params (CallerKind Caller, (int, int) Answer)[] exceptions)
    {
        var all = row.Except.ToDictionary();
        foreach (var (caller, answer) in exceptions)
            all[caller] = answer;
        return row with { Except = all };
    }
}

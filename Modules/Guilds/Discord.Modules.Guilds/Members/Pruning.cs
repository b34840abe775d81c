using System.Globalization;
using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>Finds and removes the members who were away for some days and have no role, or none but those that a moderator names.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Begin Guild Prune". Bots, the owner and those who are not below the caller stay.</remarks>
internal sealed class Pruning(GuildHomes homes, Activity activity, Departures departures, AuditTrail audit, IMediator mediator)
{
    public const Permissions Needed = Permissions.KickMembers | Permissions.ManageGuild;
    private const int UsualDays = 7;
    private const int MaxRoles = 100;

    // The lane is let go between two slices.
    private const int Slice = 250;

    /// <summary>Reads the days (1 to 30) and the roles that do not save from being pruned: a list, or ids with commas between.</summary>
    public static PruneScope Read(Form form, IEnumerable<string> roles)
    {
        var days = form.Int("days", 1, 30) ?? UsualDays;
        var ids = new HashSet<Snowflake>();
        foreach (var text in roles.SelectMany(part => part.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (Snowflake.TryParse(text, out var id))
                ids.Add(id);
            else
                form.Fail("include_roles", "NUMBER_TYPE_COERCE", $"Value \"{text}\" is not snowflake.");
        }

        if (ids.Count > MaxRoles)
            form.Fail("include_roles", "BASE_TYPE_MAX_LENGTH", $"Must be {MaxRoles} or fewer in length.");
        return new PruneScope(days, ids);
    }

    /// <summary>The texts of "include_roles" in a body.</summary>
    public static IEnumerable<string> RolesOf(Form form)
    {
        if (!form.Has("include_roles") || form.IsNull("include_roles"))
            return [];
        return form.Json.GetProperty("include_roles") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(item => item.ToString()) : [form.String("include_roles") ?? ""];
    }

    /// <returns>Null: a role that the guild does not have.</returns>
    public async ValueTask<IReadOnlyList<Snowflake>?> FindAsync(GuildReading guild, PruneScope scope)
    {
        if (!scope.Roles.All(guild.State.Roles.ContainsKey))
            return null;
        var found = new List<Snowflake>();
        var candidates = new List<MemberState>(Slice);
        await foreach (var member in guild.Home.Members.AllAsync())
        {
            if (IsCandidate(guild.State, guild.Member, member, scope))
                candidates.Add(member);
            if (candidates.Count == Slice)
                found.AddRange(await AwayAsync(candidates, scope));
        }

        found.AddRange(await AwayAsync(candidates, scope));
        return found;
    }

    /// <summary>Removes members, as far as they are still what they were found for.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<Result<int>> RemoveAsync(Snowflake guildId, Snowflake callerId, IReadOnlyList<Snowflake> found, PruneScope scope, string? reason, CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var at = 0; at == 0 || at < found.Count; at += Slice)
        {
            var entered = await homes.EnterAsync(guildId, callerId, Needed, cancellationToken);
            if (entered.Error is { } refused)
                return refused;
            using var turn = entered.Value;
            var gone = new List<User>();
            var users = await mediator.Send(new GetUsers([.. found.Skip(at).Take(Slice)]), cancellationToken);
            foreach (var user in users.Values)
            {
                if (await turn.Home.Members.FindAsync(user.Id) is { } member && IsCandidate(turn.State, turn.Member, member, scope))
                    gone.Add(user);
            }

            removed += gone.Count;
            var unit = new WriteUnit();
            if (at + Slice >= found.Count)
            {
                audit.Write(unit, turn, turn.State, AuditLogEvent.MemberPrune, null, reason, options: new AuditLogOptions
                {
                    DeleteMemberDays = scope.Days.ToString(CultureInfo.InvariantCulture),
                    MembersRemoved = removed.ToString(CultureInfo.InvariantCulture),
                });
            }

            await departures.RemoveAsync(turn, gone, unit);
        }

        return removed;
    }

    private static bool IsCandidate(GuildState state, MemberState caller, MemberState member, PruneScope scope) =>
        member.UserId != caller.UserId && member.Roles.All(scope.Roles.Contains) && Hierarchy.IsAbove(state, caller.UserId, caller.Roles, member.UserId, member.Roles);

    private async ValueTask<List<Snowflake>> AwayAsync(List<MemberState> candidates, PruneScope scope)
    {
        var since = homes.Now - TimeSpan.FromDays(scope.Days);
        Snowflake[] ids = [.. candidates.Where(member => member.JoinedAt.Time < since).Select(member => member.UserId)];
        candidates.Clear();
        var active = await activity.ActiveSinceAsync(ids, since);
        var users = await mediator.Send(new GetUsers([.. ids.Where(id => !active.Contains(id))]));
        return [.. users.Values.Where(user => !user.IsBot).Select(user => user.Id)];
    }
}

/// <param name="Days">1 to 30: who was connected since then stays.</param>
/// <param name="Roles">Roles that do not save from being pruned.</param>
internal sealed record PruneScope(int Days, IReadOnlySet<Snowflake> Roles);

/// <summary>The published GuildPruneResponse.</summary>
/// <param name="Pruned">Null: was not to be computed.</param>
internal sealed record PruneBody([property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] int? Pruned);

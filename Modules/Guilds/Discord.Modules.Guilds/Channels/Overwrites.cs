using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>Reading, comparing and guarding a channel's permission overwrites.</summary>
/// <remarks>
/// Source: Discord docs, Topics, Permissions, "Permission Overwrites", and protocol.md 4.2: whoever changes overwrites needs MANAGE_ROLES in the
/// channel, and may change only bits that they hold in the guild or the channel.
/// </remarks>
internal static class Overwrites
{
    /// <summary>Source: Discord docs, JSON error 30060.</summary>
    public const int Max = 1000;

    /// <summary>The field "permission_overwrites" of a body, or null when it was not sent.</summary>
    public static IReadOnlyList<RequestedOverwrite>? Read(Form form) => form.Items("permission_overwrites", Max)?.Select(RequestedOverwrite.Read).ToList();

    /// <summary>The overwrites that a list asks for: each names a role or member of the guild, or is one that the channel has already.</summary>
    /// <param name="known">The channel's overwrites so far: those of members who left may stay.</param>
    /// <param name="form">Gets an error for each id that is unknown in the guild.</param>
    public static async ValueTask<IReadOnlyList<Overwrite>> ResolveAsync(GuildTurn turn, IReadOnlyList<Overwrite> known, IReadOnlyList<RequestedOverwrite> wanted, Form form)
    {
        var resolved = new Dictionary<Snowflake, Overwrite>();
        for (var i = 0; i < wanted.Count; i++)
        {
            var overwrite = wanted[i];
            if (await TypeOfAsync(turn, known, overwrite.Id, overwrite.Type) is { } type)
                resolved[overwrite.Id] = new Overwrite(overwrite.Id, type, overwrite.Allow, overwrite.Deny);
            else
                form.Fail($"permission_overwrites.{i}.id", "CHANNEL_OVERWRITE_INVALID", "Not a role or member of this guild.");
        }

        return [.. resolved.Values];
    }

    /// <summary>0 for a role of the guild, 1 for a member, null for what is neither or not what was stated.</summary>
    public static async ValueTask<int?> TypeOfAsync(GuildTurn turn, IReadOnlyList<Overwrite> known, Snowflake id, int? stated)
    {
        int? type = turn.State.Roles.ContainsKey(id) ? 0
            : await turn.Home.Members.ContainsAsync(id) ? 1
            : known.FirstOrDefault(overwrite => overwrite.Id == id)?.Type;
        return stated is null || stated == type ? type : null;
    }

    /// <summary>True when both lists say the same, in whatever order: what makes a channel synchronised with its category.</summary>
    public static bool Same(IReadOnlyList<Overwrite>? left, IReadOnlyList<Overwrite>? right)
    {
        left ??= [];
        right ??= [];
        return left.Count == right.Count && left.ToHashSet().SetEquals(right);
    }

    /// <summary>The bits whose meaning differs between two lists.</summary>
    public static Permissions Changed(IReadOnlyList<Overwrite>? before, IReadOnlyList<Overwrite>? after)
    {
        var old = (before ?? []).ToDictionary(overwrite => overwrite.Id);
        var changed = Permissions.None;
        foreach (var overwrite in after ?? [])
            changed |= old.Remove(overwrite.Id, out var was) ? (was.Allow ^ overwrite.Allow) | (was.Deny ^ overwrite.Deny) : overwrite.Allow | overwrite.Deny;
        foreach (var removed in old.Values)
            changed |= removed.Allow | removed.Deny;
        return changed;
    }

    /// <summary>Whether the caller may change a channel's overwrites so.</summary>
    /// <param name="inChannel">What the caller holds in the channel.</param>
    /// <returns>Null when they may, else 50013.</returns>
    public static ApiError? Refuse(GuildTurn turn, Permissions inChannel, IReadOnlyList<Overwrite>? before, IReadOnlyList<Overwrite>? after)
    {
        if (Same(before, after))
            return null;
        return inChannel.Has(Permissions.ManageRoles) && MayChange(turn, inChannel, Changed(before, after)) ? null : ApiError.MissingPermissions;
    }

    /// <summary>Whether the caller holds the bits. An administrator's right is the guild's: the bit inside an overwrite gives none.</summary>
    public static bool MayChange(GuildTurn turn, Permissions inChannel, Permissions bits)
    {
        var inGuild = turn.Permissions;
        return inGuild.Has(Permissions.Administrator) || (inGuild | inChannel).Has(bits);
    }
}

/// <summary>An overwrite as a body gives it.</summary>
/// <param name="Type">0 role, 1 member, null: whichever the id is.</param>
internal sealed record RequestedOverwrite(Snowflake Id, int? Type, Permissions Allow, Permissions Deny)
{
    public static RequestedOverwrite Read(Form form) =>
        // 0 is nobody's id: in the plan of a new guild it stands for @everyone.
        new(new Snowflake((ulong)(form.Long("id", 0, required: true) ?? 0)), form.Choice("type", 0, 1), form.Bits("allow") ?? Permissions.None, form.Bits("deny") ?? Permissions.None);
}

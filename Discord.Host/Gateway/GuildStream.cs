using Discord.Host.Gateway.MemberLists;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Host.Gateway;

/// <summary>A session's place in one guild's stream.</summary>
internal sealed class Subscription(GatewaySession session, IReadOnlyList<Snowflake> roles)
{
    public GatewaySession Session => session;

    public SessionOptions Options { get; } = session.Options;

    /// <summary>Takes the guild as it is at the place where the subscription begins, instead of a GUILD_CREATE there; null: it comes otherwise, or not.</summary>
    public TaskCompletionSource<byte[]?>? Embedded { get; init; }

    /// <summary>The client has the guild open (op 14): in a big guild only such get what the crowd does.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The client shows who types; where it has not said so, only small guilds tell it.</summary>
    public bool Typing { get; set; }

    /// <summary>Members whose presence the client follows beyond small guilds.</summary>
    public IReadOnlySet<Snowflake>? Follows { get; set; }

    /// <summary>The user's roles at the stream's present position, ascending.</summary>
    public IReadOnlyList<Snowflake> Roles { get; set; } = roles;
}

/// <summary>
/// The sessions that follow one guild, grouped by what they may see: all members with the same roles are one class, decided once for each
/// channel and state of the guild. Members with an overwrite of their own are decided alone, where they have it.
/// </summary>
/// <remarks>Belongs to one dispatcher lane: no locks.</remarks>
internal sealed class GuildStream
{
    private readonly Dictionary<RoleSet, ViewerClass> _classes = [];
    private readonly Dictionary<Snowflake, List<Subscription>> _byUser = [];

    public bool IsEmpty => _byUser.Count == 0;

    /// <summary>Bots among the subscriptions.</summary>
    public int Bots { get; private set; }

    /// <summary>Users with a session in the stream.</summary>
    public int Users => _byUser.Count;

    /// <summary>Somebody follows the presence of single members.</summary>
    public bool HasFollowers { get; set; }

    /// <summary>The member lists, while somebody looks at one.</summary>
    public GuildRoster? Roster { get; set; }

    /// <summary>By channel, the newest message that sessions without the guild open have not been told of, and who may see it.</summary>
    public Dictionary<Snowflake, (Audience Viewers, Snowflake MessageId)> Unread { get; } = [];

    /// <summary>The guild at the stream's present position.</summary>
    public IGuildView? View { get; set; }

    public bool Has(GatewaySession session) => _byUser.TryGetValue(session.UserId, out var own) && own.Exists(subscription => subscription.Session == session);

    public void Add(Subscription subscription)
    {
        if (!_byUser.TryGetValue(subscription.Session.UserId, out var own))
            _byUser.Add(subscription.Session.UserId, own = []);
        own.Add(subscription);
        Bots += subscription.Options.IsBot ? 1 : 0;
        ClassOf(subscription).Members.Add(subscription);
    }

    public void Remove(GatewaySession session)
    {
        if (!_byUser.TryGetValue(session.UserId, out var own))
            return;
        foreach (var subscription in own.Where(subscription => subscription.Session == session))
        {
            Leave(subscription);
            Bots -= subscription.Options.IsBot ? 1 : 0;
            ForgetLists(subscription);
        }

        own.RemoveAll(subscription => subscription.Session == session);
        if (own.Count == 0)
            _byUser.Remove(session.UserId);
    }

    /// <summary>Takes a user out; returns the sessions that followed the guild.</summary>
    public IReadOnlyList<Subscription> RemoveUser(Snowflake userId)
    {
        if (!_byUser.Remove(userId, out var own))
            return [];
        foreach (var subscription in own)
        {
            Leave(subscription);
            Bots -= subscription.Options.IsBot ? 1 : 0;
            ForgetLists(subscription);
        }

        return own;
    }

    /// <summary>The session looks at no member list any more; when nobody does, there are none.</summary>
    private void ForgetLists(Subscription subscription)
    {
        Roster?.Forget(subscription);
        if (Roster is { IsEmpty: true })
            Roster = null;
    }

    public IReadOnlyList<Subscription> OfUser(Snowflake userId) => _byUser.TryGetValue(userId, out var own) ? own : [];

    public void SetRoles(Snowflake userId, IReadOnlyList<Snowflake> roles)
    {
        foreach (var subscription in OfUser(userId))
        {
            Leave(subscription);
            subscription.Roles = roles;
            ClassOf(subscription).Members.Add(subscription);
        }
    }

    /// <summary>Calls <paramref name="changed"/> for each session whose visible channels differ between two states, with what they lost and gained.</summary>
    /// <remarks>Decided once for each class of viewers.</remarks>
    public void CompareChannels(IGuildView before, IGuildView after, Action<Subscription, ChannelChanges> changed)
    {
        foreach (var viewers in _classes.Values)
        {
            ChannelChanges? shared = null;
            foreach (var subscription in viewers.Members)
            {
                var userId = subscription.Options.UserId;
                var alone = userId == before.OwnerId || userId == after.OwnerId || HasOverwrite(before, userId) || HasOverwrite(after, userId);
                var changes = alone
                    ? ChannelChanges.Between(before, subscription.Roles, after, subscription.Roles, userId)
                    : shared ??= ChannelChanges.Between(before, viewers.Key.Roles, after, viewers.Key.Roles, default);
                if (changes.Any)
                    changed(subscription, changes);
            }
        }
    }

    private static bool HasOverwrite(IGuildView view, Snowflake userId) => view.ChannelIds.Any(channel => view.OverwrittenUsers(channel).Contains(userId));

    /// <summary>Calls <paramref name="visit"/> for each session that may see an event, as the guild was when it happened.</summary>
    /// <remarks>Runs for each recipient: no allocation, no permission computed twice for a class.</remarks>
    public void Visit<TState>(in Audience audience, IGuildView view, ref TState state, VisitSubscription<TState> visit)
    {
        if (audience.Kind == AudienceKind.Members)
        {
            for (var i = 0; i < audience.UserIds.Count; i++)
                VisitAll(OfUser(audience.UserIds[i]), ref state, visit);
            return;
        }

        // The owner is decided alone: by being the owner, whatever their roles.
        VisitAlone(audience, view, view.OwnerId, ref state, visit);
        var overwritten = audience.Kind == AudienceKind.Channel && view.OverwrittenUsers(audience.ChannelId) is { Count: > 0 } found ? found : null;
        var hidden = audience.HiddenIn.Value != 0 && view.OverwrittenUsers(audience.HiddenIn) is { Count: > 0 } other ? other : null;
        var inThread = audience.ThreadMembers;
        foreach (var viewers in _classes.Values)
        {
            if (viewers.Members.Count == 0 || !viewers.IsVisible(audience, view))
                continue;
            foreach (var subscription in viewers.Members)
            {
                var userId = subscription.Options.UserId;
                if (userId != view.OwnerId && userId != audience.Except && overwritten?.Contains(userId) != true && hidden?.Contains(userId) != true && inThread?.Contains(userId) != true)
                    visit(subscription, ref state);
            }
        }

        // Who has an overwrite of their own here, or is in the private thread, is asked alone.
        VisitEach(audience, view, overwritten, null, null, ref state, visit);
        VisitEach(audience, view, hidden, overwritten, null, ref state, visit);
        VisitEach(audience, view, inThread, overwritten, hidden, ref state, visit);
    }

    // Runs for each recipient who is asked alone; those who were asked before are passed over.
    private void VisitEach<TState>(in Audience audience, IGuildView view, IReadOnlySet<Snowflake>? users, IReadOnlySet<Snowflake>? asked, IReadOnlySet<Snowflake>? askedToo, ref TState state, VisitSubscription<TState> visit)
    {
        if (users is null)
            return;
        foreach (var userId in users)
        {
            if (userId != view.OwnerId && asked?.Contains(userId) != true && askedToo?.Contains(userId) != true)
                VisitAlone(audience, view, userId, ref state, visit);
        }
    }

    // Runs for each recipient who is asked alone.
    private void VisitAlone<TState>(in Audience audience, IGuildView view, Snowflake userId, ref TState state, VisitSubscription<TState> visit)
    {
        var own = OfUser(userId);
        if (own.Count > 0 && userId != audience.Except && IsVisible(audience, view, userId, own[0].Roles))
            VisitAll(own, ref state, visit);
    }

    // Runs for each recipient: by index, for an enumerator would be one more object for each.
    private static void VisitAll<TState>(IReadOnlyList<Subscription> subscriptions, ref TState state, VisitSubscription<TState> visit)
    {
        for (var i = 0; i < subscriptions.Count; i++)
            visit(subscriptions[i], ref state);
    }

    private static bool IsVisible(in Audience audience, IGuildView view, Snowflake userId, IReadOnlyList<Snowflake> roles)
    {
        var held = audience.Kind == AudienceKind.Channel ? view.InChannel(audience.ChannelId, userId, roles) : view.InGuild(userId, roles);
        if (audience.HiddenIn.Value != 0 && view.InChannel(audience.HiddenIn, userId, roles).Has(Permissions.ViewChannel))
            return false;
        return audience.Admits(held) && (audience.ThreadMembers is not { } members || members.Contains(userId) || held.Has(Permissions.ManageThreads));
    }

    private void Leave(Subscription subscription)
    {
        foreach (var viewers in _classes.Values)
        {
            if (viewers.Members.Remove(subscription))
            {
                if (viewers.Members.Count == 0)
                    _classes.Remove(viewers.Key);
                return;
            }
        }
    }

    private ViewerClass ClassOf(Subscription subscription)
    {
        var key = new RoleSet(subscription.Roles);
        if (!_classes.TryGetValue(key, out var viewers))
            _classes.Add(key, viewers = new ViewerClass(key));
        return viewers;
    }

    /// <summary>Members with the same roles, and what was decided for them in one state of the guild.</summary>
    private sealed class ViewerClass(RoleSet key)
    {
        private readonly Dictionary<(Snowflake Channel, Snowflake HiddenIn, Permissions Required, Permissions AnyOf, bool IsPrivate), bool> _decided = [];
        private IGuildView? _decidedFor;

        public RoleSet Key => key;

        public HashSet<Subscription> Members { get; } = [];

        public bool IsVisible(in Audience audience, IGuildView view)
        {
            if (audience.Kind == AudienceKind.Guild && audience is { Required: Permissions.None, AnyOf: Permissions.None })
                return true;
            if (!ReferenceEquals(_decidedFor, view))
            {
                _decided.Clear();
                _decidedFor = view;
            }

            var place = (audience.ChannelId, audience.HiddenIn, audience.Required, audience.AnyOf, audience.ThreadMembers is not null);
            if (!_decided.TryGetValue(place, out var visible))
            {
                // Nobody's id: no member overwrite applies, nobody's ownership, and nobody is in a thread.
                visible = GuildStream.IsVisible(audience, view, default, key.Roles);
                _decided.Add(place, visible);
            }

            return visible;
        }
    }

    /// <summary>Roles as a key: equal when they hold the same ids in the same order.</summary>
    private readonly struct RoleSet(IReadOnlyList<Snowflake> roles) : IEquatable<RoleSet>
    {
        public IReadOnlyList<Snowflake> Roles => roles;

        public bool Equals(RoleSet other) => ReferenceEquals(roles, other.Roles) || roles.SequenceEqual(other.Roles);

        public override bool Equals(object? obj) => obj is RoleSet other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var role in roles)
                hash.Add(role.Value);
            return hash.ToHashCode();
        }
    }
}

/// <summary>Channels that somebody can no longer see, and channels that they can see now.</summary>
internal sealed record ChannelChanges(IReadOnlyList<Snowflake> Lost, IReadOnlyList<Snowflake> Gained)
{
    public bool Any => Lost.Count + Gained.Count > 0;

    public static ChannelChanges Between(IGuildView before, IReadOnlyList<Snowflake> rolesBefore, IGuildView after, IReadOnlyList<Snowflake> rolesAfter, Snowflake userId)
    {
        var seen = Visible(before, rolesBefore, userId);
        var sees = Visible(after, rolesAfter, userId);
        return new ChannelChanges([.. seen.Where(id => !sees.Contains(id))], [.. sees.Where(id => !seen.Contains(id)).Order()]);
    }

    private static HashSet<Snowflake> Visible(IGuildView view, IReadOnlyList<Snowflake> roles, Snowflake userId) =>
        [.. view.ChannelIds.Where(id => view.InChannel(id, userId, roles).Has(Permissions.ViewChannel))];
}

internal delegate void VisitSubscription<TState>(Subscription subscription, ref TState state);

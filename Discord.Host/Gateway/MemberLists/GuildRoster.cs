using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Host.Gateway.MemberLists;

/// <summary>
/// The member lists of one guild, while somebody looks at one: who is in them, and which sessions follow which rows. Follows the guild's stream:
/// every change becomes its steps once for each list, and one payload for all sessions with the same rows in view.
/// </summary>
/// <remarks>
/// Belongs to one dispatcher lane: no locks. What has to be read is read beside the lane and comes back as an item of the stream; events that
/// happen meanwhile are applied afterwards. Every event carries a whole member or presence, so that applying one again changes nothing.
/// </remarks>
/// <param name="wholeUpTo">Guilds with at most this many members list those who are offline too.</param>
/// <param name="send">Hands a payload to a session.</param>
/// <param name="read">Reads members beside the lane: these, or with null everybody who belongs into the lists.</param>
internal sealed class GuildRoster(Snowflake guildId, int wholeUpTo, Action<GatewaySession, DispatchPayload> send, Action<IReadOnlyCollection<Snowflake>?> read)
{
    private readonly Dictionary<Snowflake, Member> _members = [];
    private readonly Dictionary<Snowflake, Presence> _presences = [];
    private readonly HashSet<Snowflake> _asked = [];
    private readonly Dictionary<string, SharedList> _lists = [];
    private readonly Dictionary<Subscription, IReadOnlyDictionary<Snowflake, IReadOnlyList<ListRange>>> _wanted = [];
    private List<(GatewayEvent Event, IGuildView View)>? _missed;
    private bool _isWhole;
    private bool _isLoaded;

    /// <summary>Nobody looks at a list any more.</summary>
    public bool IsEmpty => _wanted.Count == 0;

    /// <summary>What a session wants to see from now on.</summary>
    public void Watch(Subscription subscription, IReadOnlyDictionary<Snowflake, IReadOnlyList<ListRange>> channels, IGuildView view)
    {
        if (channels.Count == 0)
        {
            Forget(subscription);
            return;
        }

        _wanted[subscription] = channels;
        if (_isLoaded)
            Place(subscription, view, isAsked: true);
        else if (_missed is null)
            Load(view);
    }

    public void Forget(Subscription subscription)
    {
        _wanted.Remove(subscription);
        foreach (var list in _lists.Values.ToList())
            Leave(list, subscription);
    }

    /// <summary>The members and presences that were read for <paramref name="asked"/>; null: for all lists.</summary>
    public void Take(IReadOnlyCollection<Snowflake>? asked, IReadOnlyList<Member> members, IReadOnlyDictionary<Snowflake, Presence> presences, IGuildView view)
    {
        if (asked is not null)
        {
            // Who was spoken of meanwhile is known better than this.
            foreach (var member in members.Where(member => _asked.Remove(member.User!.Id)))
                Set(member, view);
            _asked.ExceptWith(asked);
            return;
        }

        if (_missed is not { } missed)
            return;
        _missed = null;
        _isLoaded = true;
        foreach (var (id, presence) in presences)
            _presences[id] = presence;
        foreach (var member in members)
            _members[member.User!.Id] = member;
        foreach (var (e, at) in missed)
            Apply(e, at);
        // The guild became large or small meanwhile: all is read again.
        if (!_isLoaded)
            return;
        foreach (var subscription in _wanted.Keys)
            Place(subscription, view);
    }

    /// <summary>Follows an event of the guild's stream.</summary>
    public void Apply(GatewayEvent e, IGuildView view)
    {
        if (_missed is not null)
        {
            _missed.Add((e, view));
            return;
        }

        if (!_isLoaded)
            return;
        if (e is GuildMemberAdded or GuildMemberRemoved && _isWhole != view.MemberCount <= wholeUpTo)
        {
            Load(view);
            return;
        }

        switch (e)
        {
            case PresenceUpdated { Presence: var presence }:
                Show(presence, view);
                break;
            case GuildMemberAdded { Member: var member } when _isWhole:
                Set(member, view);
                break;
            case GuildMemberUpdated { Member: var member } when _asked.Remove(member.User!.Id) || _members.ContainsKey(member.User.Id):
                Set(member, view);
                break;
            case GuildMemberRemoved { User.Id: var id }:
                _asked.Remove(id);
                _presences.Remove(id);
                _members.Remove(id);
                Change(list => list.Remove(id, view));
                break;
        }
    }

    /// <summary>Roles, channels or overwrites changed: lists whose members or groups differ are made anew.</summary>
    public void Follow(IGuildView before, IGuildView after)
    {
        if (!_isLoaded)
            return;
        var regrouped = !before.HoistedRoles.SequenceEqual(after.HoistedRoles);
        foreach (var list in _lists.Values.ToList())
        {
            if (regrouped || after.MemberListId(list.ChannelId) != list.Id || !list.IsStillRight(_members.Values, after))
                Drop(list);
        }

        // Who had a list that was dropped gets the new one; the others have theirs.
        foreach (var subscription in _wanted.Keys)
            Place(subscription, after);
    }

    /// <summary>The roles of a session's user changed: it sees the lists of the channels that it may view now.</summary>
    public void Recheck(Subscription subscription, IGuildView view)
    {
        if (_isLoaded && _wanted.ContainsKey(subscription))
            Place(subscription, view);
    }

    private void Load(IGuildView view)
    {
        _isWhole = view.MemberCount <= wholeUpTo;
        _isLoaded = false;
        _missed = [];
        _members.Clear();
        _presences.Clear();
        _asked.Clear();
        foreach (var list in _lists.Values.ToList())
            Drop(list);
        read(null);
    }

    private void Show(Presence presence, IGuildView view)
    {
        var id = presence.User.Id;
        if (presence.Status == MemberList.Offline)
            _presences.Remove(id);
        else
            _presences[id] = presence;
        if (_members.TryGetValue(id, out var member))
        {
            if (!_isWhole && presence.Status == MemberList.Offline)
            {
                _members.Remove(id);
                Change(list => list.Remove(id, view));
            }
            else
            {
                Set(member, view);
            }
        }
        else if (presence.Status != MemberList.Offline && _asked.Add(id))
        {
            read([id]);
        }
    }

    private void Set(Member member, IGuildView view)
    {
        var id = member.User!.Id;
        if (!_isWhole && !_presences.ContainsKey(id))
            return;
        _members[id] = member;
        var shown = Shown(member);
        Change(list => list.Set(shown, view));
    }

    private Member Shown(Member member) => member with
    {
        GuildId = null,
        Presence = _presences.GetValueOrDefault(member.User!.Id) ?? new Presence { User = new PresenceUser(member.User.Id), Status = MemberList.Offline },
    };

    private void Change(Action<SharedList> change)
    {
        foreach (var list in _lists.Values)
        {
            change(list);
            list.Tell(send);
        }
    }

    // Puts a session where it belongs: out of the lists that it no longer wants or may see, into those that it does.
    private void Place(Subscription subscription, IGuildView view, bool isAsked = false)
    {
        var wanted = new Dictionary<string, (Snowflake Channel, List<ListRange> Ranges)>();
        foreach (var (channelId, ranges) in _wanted[subscription])
        {
            if (!view.InChannel(channelId, subscription.Options.UserId, subscription.Roles).Has(Permissions.ViewChannel))
                continue;
            var id = view.MemberListId(channelId);
            if (wanted.TryGetValue(id, out var same))
                same.Ranges.AddRange(ranges);
            else
                wanted.Add(id, (channelId, [.. ranges]));
        }

        foreach (var list in _lists.Values.Where(list => !wanted.ContainsKey(list.Id)).ToList())
            Leave(list, subscription);
        foreach (var (id, (channelId, ranges)) in wanted)
        {
            if (!_lists.TryGetValue(id, out var list))
            {
                _lists.Add(id, list = new SharedList(guildId, id, channelId));
                list.Fill(_members.Values.Select(Shown), view);
            }

            list.Watch(subscription, [.. ranges.Distinct().OrderBy(range => range.First)], isAsked, view, send);
        }
    }

    private void Leave(SharedList list, Subscription subscription)
    {
        list.Forget(subscription);
        if (list.IsEmpty)
            _lists.Remove(list.Id);
    }

    private void Drop(SharedList list) => _lists.Remove(list.Id);
}

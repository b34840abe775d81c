using Discord.Protocol;

namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>What members of a guild wrote within the last half minute, in numbers. Belongs to the guild's lane: no locks.</summary>
/// <remarks>Discord publishes no numbers for its spam filter; these are ours. Bounded: the members who wrote longest ago are forgotten first.</remarks>
internal sealed class SpamMemory
{
    public const int MaxMembers = 4096;
    private const int MaxEntries = 32;
    private const long Window = 30_000;
    private const int RepeatedTexts = 5;
    private const int ManyMentions = 20;
    private const int ManyInvites = 3;

    private readonly Dictionary<Snowflake, Queue<Entry>> _byMember = [];

    /// <summary>Members that are remembered.</summary>
    public int Count => _byMember.Count;

    /// <summary>Notes a message and counts it together with what came before it.</summary>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="mentions">Users and roles that the message names.</param>
    public Recent Note(Snowflake userId, long now, string content, int mentions)
    {
        if (_byMember.Count >= MaxMembers && !_byMember.ContainsKey(userId))
            Forget(now);
        if (!_byMember.TryGetValue(userId, out var entries))
            _byMember.Add(userId, entries = new Queue<Entry>());
        while (entries.TryPeek(out var oldest) && (now - oldest.At >= Window || entries.Count >= MaxEntries))
            entries.Dequeue();
        // Files and embeds without a word are not each other's repetition.
        int? text = string.IsNullOrWhiteSpace(content) ? null : string.GetHashCode(content.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase);
        entries.Enqueue(new Entry(now, text, mentions, CountInvites(content)));
        var recent = default(Recent);
        foreach (var entry in entries)
            recent = new Recent(recent.Same + (text is not null && entry.Text == text ? 1 : 0), recent.Mentions + entry.Mentions, recent.Invites + entry.Invites);
        return recent;
    }

    private static int CountInvites(string content)
    {
        var count = 0;
        foreach (var sign in (ReadOnlySpan<string>)["discord.gg/", "/invite/"])
        {
            for (var at = content.IndexOf(sign, StringComparison.OrdinalIgnoreCase); at >= 0; at = content.IndexOf(sign, at + sign.Length, StringComparison.OrdinalIgnoreCase))
                count++;
        }

        return count;
    }

    // Who wrote nothing for a window, and if that is nobody, the half that wrote longest ago.
    private void Forget(long now)
    {
        foreach (var (userId, entries) in _byMember)
        {
            if (now - entries.Last().At >= Window)
                _byMember.Remove(userId);
        }

        if (_byMember.Count < MaxMembers)
            return;
        foreach (var userId in _byMember.OrderBy(pair => pair.Value.Last().At).Take(MaxMembers / 2).Select(pair => pair.Key).ToList())
            _byMember.Remove(userId);
    }

    private readonly record struct Entry(long At, int? Text, int Mentions, int Invites);

    /// <summary>A member's last half minute, the newest message included.</summary>
    /// <param name="Same">Messages with the newest one's text.</param>
    internal readonly record struct Recent(int Same, int Mentions, int Invites)
    {
        public bool IsSpam => Same >= RepeatedTexts || Mentions > ManyMentions || Invites >= ManyInvites;
    }
}

namespace Discord.UnitTests.Guilds;

/// <summary>
/// The permission rules as the contract's text says them, decided one bit at a time on plain numbers. Shares no code with the engine: it is
/// slow on purpose, and its only virtue is that each line can be read beside the text.
/// </summary>
internal sealed class PermissionModel
{
    public const int Bits = 64;
    public const int View = 10, Send = 11, Connect = 20, Administrator = 3;

    private const int Tts = 12, Embed = 14, Attach = 15, MentionEveryone = 17, ManageThreads = 34, SendInThreads = 38;
    private const int HighestDefined = 52, Unassigned = 47;

    public required ulong GuildId { get; init; }

    public required ulong OwnerId { get; init; }

    /// <summary>Bits of each role by its id; @everyone's id is the guild's.</summary>
    public required Dictionary<ulong, ulong> Roles { get; init; }

    /// <summary>0 text, 2 voice, 4 category, 5 announcement, 13 stage, 15 forum, 16 media.</summary>
    public required int ChannelType { get; init; }

    public required List<(ulong Id, bool IsRole, ulong Allow, ulong Deny)> Overwrites { get; init; }

    public static bool IsDefined(int bit) => bit is <= HighestDefined and not Unassigned;

    public bool InGuild(ulong user, IReadOnlyList<ulong> memberRoles, int bit)
    {
        if (user == OwnerId)
            return IsDefined(bit);
        return Given(memberRoles, Administrator) ? IsDefined(bit) : Given(memberRoles, bit);
    }

    public bool InChannel(ulong user, IReadOnlyList<ulong> memberRoles, int bit)
    {
        if (InGuild(user, memberRoles, Administrator))
            return IsDefined(bit);
        if (!AfterOverwrites(user, memberRoles, View))
            return false;
        if (ChannelType is 2 or 13)
        {
            if (bit != View && !AfterOverwrites(user, memberRoles, Connect))
                return false;
        }
        else if (bit is MentionEveryone or Tts or Attach or Embed && !AfterOverwrites(user, memberRoles, Send))
        {
            return false;
        }

        return AfterOverwrites(user, memberRoles, bit);
    }

    /// <summary>In a thread of the channel: its own bit decides about sending, and a private one is for its members and moderators.</summary>
    public bool InThread(ulong user, IReadOnlyList<ulong> memberRoles, int bit, bool isPrivate, bool isMember)
    {
        if (InGuild(user, memberRoles, Administrator))
            return IsDefined(bit);
        if (!AfterOverwrites(user, memberRoles, View) || (isPrivate && !isMember && !AfterOverwrites(user, memberRoles, ManageThreads)))
            return false;
        var maySend = AfterOverwrites(user, memberRoles, SendInThreads);
        return bit == Send ? maySend : AfterOverwrites(user, memberRoles, bit) && (maySend || bit is not (MentionEveryone or Tts or Attach or Embed));
    }

    /// <summary>The tiers alone, without what follows from other bits.</summary>
    public bool AfterOverwrites(ulong user, IReadOnlyList<ulong> memberRoles, int bit)
    {
        var held = InGuild(user, memberRoles, bit);
        held = Tier(held, bit, overwrite => overwrite.IsRole && overwrite.Id == GuildId);
        held = Tier(held, bit, overwrite => overwrite.IsRole && overwrite.Id != GuildId && memberRoles.Contains(overwrite.Id));
        return Tier(held, bit, overwrite => !overwrite.IsRole && overwrite.Id == user);
    }

    /// <summary>The simplified formula that the contract warns of: every allow first, every deny last, no tiers.</summary>
    public bool BySimplifiedFormula(ulong user, IReadOnlyList<ulong> memberRoles, int bit)
    {
        var applicable = Overwrites.Where(overwrite => overwrite.IsRole ? overwrite.Id == GuildId || memberRoles.Contains(overwrite.Id) : overwrite.Id == user).ToList();
        var held = Given(memberRoles, bit) || applicable.Any(overwrite => IsSet(overwrite.Allow, bit));
        return held && !applicable.Any(overwrite => IsSet(overwrite.Deny, bit));
    }

    public static bool IsSet(ulong bits, int bit) => (bits >> bit & 1) == 1;

    private bool Given(IReadOnlyList<ulong> memberRoles, int bit) =>
        IsSet(Roles[GuildId], bit) || memberRoles.Any(role => Roles.TryGetValue(role, out var bits) && IsSet(bits, bit));

    private bool Tier(bool held, int bit, Func<(ulong Id, bool IsRole, ulong Allow, ulong Deny), bool> applies)
    {
        var denied = false;
        var allowed = false;
        foreach (var overwrite in Overwrites)
        {
            if (!applies(overwrite))
                continue;
            denied |= IsSet(overwrite.Deny, bit);
            allowed |= IsSet(overwrite.Allow, bit);
        }

        if (denied)
            held = false;
        if (allowed)
            held = true;
        return held;
    }
}

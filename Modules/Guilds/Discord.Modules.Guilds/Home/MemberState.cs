using System.Buffers.Binary;
using Discord.Modules.Guilds.Guilds;
using Discord.Modules.Guilds.Members;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Home;

/// <summary>A member as the home keeps it: small, for there may be many. The user object is joined on the wire.</summary>
/// <param name="Roles">Ascending, without @everyone.</param>
internal sealed record MemberState(Snowflake UserId, string? Nick, IReadOnlyList<Snowflake> Roles, Timestamp JoinedAt, Timestamp? TimeoutUntil, int Flags)
{
    // Most members of a guild have one of few role sets, and most of those have none.
    public static readonly IReadOnlyList<Snowflake> NoRoles = [];

    // Kept among the flags, above all that Discord has: hardly anybody is pending, muted or deafened.
    private const int PendingBit = 1 << 30;
    private const int MutedBit = 1 << 29;
    private const int DeafenedBit = 1 << 28;

    /// <summary>Has yet to agree to the guild's rules, or waits to be let in. Means something only while the guild screens its members.</summary>
    public bool IsPending => (Flags & PendingBit) != 0;

    public MemberState WithPending(bool pending) => With(PendingBit, pending);

    /// <summary>A moderator lets the member not speak, or not hear, in voice. It lasts until one lets them again.</summary>
    /// <param name="muted">Null: as before.</param>
    /// <param name="deafened">Null: as before.</param>
    public MemberState Silenced(bool? muted, bool? deafened) => With(MutedBit, muted ?? (Flags & MutedBit) != 0).With(DeafenedBit, deafened ?? (Flags & DeafenedBit) != 0);

    private MemberState With(int bit, bool set) => this with { Flags = set ? Flags | bit : Flags & ~bit };

    /// <summary>The images of those few who have some for this guild alone.</summary>
    public MemberLook? Look { get; init; }

    public Member ToWire(User? user) => new()
    {
        User = user,
        Nick = Nick,
        Avatar = Look?.Avatar,
        Banner = Look?.Banner,
        Roles = Roles,
        JoinedAt = JoinedAt,
        CommunicationDisabledUntil = TimeoutUntil,
        Flags = Flags & ~(PendingBit | MutedBit | DeafenedBit),
        Pending = IsPending,
        Mute = (Flags & MutedBit) != 0,
        Deaf = (Flags & DeafenedBit) != 0,
    };

    /// <summary>The member flag AUTOMOD_QUARANTINED_USERNAME: a rule of the guild objects to the member's name.</summary>
    /// <remarks>Source: Discord docs, Resources, Guild, "Guild Member Flags".</remarks>
    public const int QuarantinedFlag = 1 << 7;

    public bool IsTimedOut(DateTimeOffset now) => TimeoutUntil is { } until && until.Time > now;

    /// <summary>May only look: timed out, or pending in a guild that screens its members.</summary>
    public bool IsHeldBack(GuildState state, DateTimeOffset now) =>
        IsTimedOut(now) || (IsPending && (Flags & Verification.BypassFlag) == 0 && state.Settings.Features.Contains(GuildFeatures.Screening));

    /// <summary>What is left of a permission set while the member may only look: held back, or under a name that a rule of the guild forbids.</summary>
    /// <remarks>Only the guild's ADMINISTRATOR exempts: the same bit in a channel's overwrite means nothing.</remarks>
    public Permissions Bounded(Permissions held, GuildState state, DateTimeOffset now)
    {
        var quarantined = (Flags & QuarantinedFlag) != 0 && state.AutoModeration.Quarantines;
        var heldBack = IsHeldBack(state, now);
        if (!(quarantined || heldBack) || state.InGuild(UserId, Roles).Has(Permissions.Administrator))
            return held;
        // Who is held for a name must be able to change it.
        return held & (PermissionEngine.TimedOut | (heldBack ? Permissions.None : Permissions.ChangeNickname));
    }

    public MemberState WithRoles(IEnumerable<Snowflake> roles) => this with { Roles = [.. roles.Distinct().Order()] };

    public byte[] EncodeRoles()
    {
        var bytes = new byte[Roles.Count * 8];
        for (var i = 0; i < Roles.Count; i++)
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * 8), Roles[i].Value);
        return bytes;
    }

    public static IReadOnlyList<Snowflake> DecodeRoles(byte[] bytes)
    {
        if (bytes.Length == 0)
            return NoRoles;
        var roles = new Snowflake[bytes.Length / 8];
        for (var i = 0; i < roles.Length; i++)
            roles[i] = new Snowflake(BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(i * 8)));
        return roles;
    }
}

/// <summary>How a member looks in one guild: hashes of images, null for the user's own.</summary>
internal sealed record MemberLook(string? Avatar, string? Banner);

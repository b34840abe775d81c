using Discord.Modules.Guilds.Home;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>A guild's verification level: what people without roles must have done before they may write.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Verification Level". Each level asks for the ones below it too.</remarks>
internal sealed class Verification(IMediator mediator)
{
    /// <summary>The member flag BYPASSES_VERIFICATION.</summary>
    public const int BypassFlag = 1 << 2;

    private static readonly TimeSpan s_accountAge = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_membershipAge = TimeSpan.FromMinutes(10);

    public async ValueTask<bool> IsSatisfiedAsync(GuildState state, MemberState member, DateTimeOffset now)
    {
        if (IsExempt(state, member))
            return true;
        // From memory; the account itself is read only for those who get this far.
        if (await mediator.Send(new GetUser(member.UserId)) is { IsBot: true })
            return true;
        if (!IsOldEnough(state.Settings.VerificationLevel, new Timestamp(member.UserId.CreatedAt), member.JoinedAt, now))
            return false;
        return await mediator.Send(new GetAccountStanding(member.UserId)) is { EmailVerified: true };
    }

    /// <summary>No level, any role, the flag, the owner and administrators.</summary>
    public static bool IsExempt(GuildState state, MemberState member) =>
        state.Settings.VerificationLevel <= 0 || member.Roles.Count > 0 || (member.Flags & BypassFlag) != 0
        || state.InGuild(member.UserId, member.Roles).Has(Permissions.Administrator);

    /// <summary>What time alone decides of a level above 0. Level 4 asks for a telephone number, which no account has.</summary>
    public static bool IsOldEnough(int level, Timestamp accountMade, Timestamp joined, DateTimeOffset now) => level switch
    {
        >= 4 => false,
        3 => now - accountMade.Time >= s_accountAge && now - joined.Time >= s_membershipAge,
        2 => now - accountMade.Time >= s_accountAge,
        _ => true,
    };
}

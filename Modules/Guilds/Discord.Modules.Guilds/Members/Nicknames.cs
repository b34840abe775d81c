using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Members;

/// <summary>Nicknames: 1 to 32 characters, none for null and for blanks alone.</summary>
/// <remarks>Source: Discord docs, Resources, User, "Usernames and Nicknames".</remarks>
internal static class Nicknames
{
    private const int MaxLength = 32;

    public static string? Read(Form form) => form.String("nick", 0, MaxLength, nullable: true)?.Trim() is { Length: > 0 } nick ? nick : null;

    /// <summary>One's own nickname needs CHANGE_NICKNAME or MANAGE_NICKNAMES; another's MANAGE_NICKNAMES and a higher role.</summary>
    public static bool MayChange(GuildTurn turn, MemberState target)
    {
        var held = turn.Permissions;
        return target.UserId == turn.Member.UserId
            ? held.Has(Permissions.ChangeNickname) || held.Has(Permissions.ManageNicknames)
            : held.Has(Permissions.ManageNicknames) && turn.IsAbove(target);
    }
}

using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Expressions;

/// <summary>Who may make and change emojis, stickers and sounds, how many of each a guild has.</summary>
/// <remarks>Source: Discord docs, Topics, Permissions: CREATE_GUILD_EXPRESSIONS for one's own, MANAGE_GUILD_EXPRESSIONS for everybody's.</remarks>
internal static class ExpressionRules
{
    /// <summary>By premium tier; as many still emojis as moving ones.</summary>
    public static readonly int[] EmojiSlots = [50, 100, 150, 250];
    public static readonly int[] StickerSlots = [5, 15, 30, 60];
    public static readonly int[] SoundSlots = [8, 24, 36, 48];

    /// <summary>How many a guild of this premium tier may have.</summary>
    public static int Of(this int[] slots, GuildState state) => slots[Math.Clamp(state.Settings.PremiumTier, 0, slots.Length - 1)];

    /// <summary>A member may change this: it is their own, or they manage all.</summary>
    public static bool MayChange(Permissions held, Snowflake callerId, Snowflake makerId) =>
        held.Has(Permissions.ManageGuildExpressions) || (callerId == makerId && held.Has(Permissions.CreateGuildExpressions));

    /// <summary>A member sees who made what: those who make or manage them.</summary>
    public static bool SeesMakers(Permissions held) => (held & (Permissions.ManageGuildExpressions | Permissions.CreateGuildExpressions)) != 0;
}

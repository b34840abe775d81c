namespace Discord.Modules.Guilds.AutoModeration;

/// <summary>The built-in word lists: a handful of well-known English words each. A guild adds its own as keywords, and excuses words by the allow list.</summary>
internal static class Presets
{
    public const int Count = 3;

    private static readonly string[][] s_lists =
    [
        // 1: profanity
        ["arsehole*", "asshole*", "bastard*", "bitch*", "bullshit*", "*fuck*", "goddamn*", "piss off", "shit*", "wanker*"],
        // 2: sexual content
        ["blowjob*", "dildo*", "handjob*", "hentai", "masturbat*", "milf", "nude pics", "orgy", "porn*", "send nudes"],
        // 3: slurs
        ["faggot*", "gyppo*", "retard", "retarded", "retards", "shemale*", "spastic*", "tranny", "trannies"],
    ];

    /// <param name="preset">1 to <see cref="Count"/>.</param>
    public static IReadOnlyList<string> Words(int preset) => s_lists[preset - 1];
}

using System.Text.Json.Serialization;
using Discord.Protocol;

namespace Discord.Modules.Users.Accounts;

/// <summary>An account as it is stored.</summary>
internal sealed record Account
{
    public required Snowflake Id { get; init; }
    public required string Username { get; init; }
    public string Discriminator { get; init; } = "0";
    public string? GlobalName { get; init; }
    public string? Avatar { get; init; }
    public string? Banner { get; init; }
    public int? AccentColor { get; init; }
    public bool Bot { get; init; }
    public string? Email { get; init; }
    public bool Verified { get; init; }
    /// <summary>The argon2id hash in its textual form; null for accounts that cannot log in.</summary>
    public string? Password { get; init; }
    public string Locale { get; init; } = "en-US";
    public int Flags { get; init; }
    public int PremiumType { get; init; }
    public string Bio { get; init; } = "";
    public string Pronouns { get; init; } = "";
    /// <summary>By its owner, who comes back by logging in with "undelete".</summary>
    public bool Disabled { get; init; }

    public User ToUser() => new()
    {
        Id = Id,
        Username = Username,
        Discriminator = Discriminator,
        GlobalName = GlobalName,
        Avatar = Avatar,
        Banner = Banner,
        AccentColor = AccentColor,
        Bot = Bot ? true : null,
        PublicFlags = Flags,
        Flags = Flags,
    };

    /// <param name="mfaEnabled">Whether the account logs in with a second factor.</param>
    public OwnUser ToOwnUser(bool mfaEnabled) => new(ToUser())
    {
        Email = Email,
        Verified = Verified,
        MfaEnabled = mfaEnabled,
        Bio = Bio,
        Locale = Locale,
        PremiumType = PremiumType,
    };
}

/// <summary>What an account sees of itself: the published UserPIIResponse.</summary>
internal sealed record OwnUser : User
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Email { get; init; }
    public bool Verified { get; init; }
    public bool MfaEnabled { get; init; }
    public required string Locale { get; init; }
    public int PremiumType { get; init; }
    public string Bio { get; init; } = "";
    /// <summary>Only in the answer to a change of the password: the session goes on with it.</summary>
    public string? Token { get; init; }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public OwnUser(User user) : base(user) => Locale = "en-US";
}

using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Contracts;

/// <summary>The public form of one user. Usually from memory.</summary>
/// <returns>Null when there is no such user.</returns>
public sealed record GetUser(Snowflake UserId) : IRequest<User?>;

/// <summary>An account as it sees itself: READY's "user". The published UserPIIResponse.</summary>
public sealed record GetOwnAccount(Snowflake UserId) : IRequest<object?>;

/// <summary>Whether an account logs in with a second factor. Answered from memory.</summary>
public sealed record HasMfa(Snowflake UserId) : IRequest<bool>;

/// <summary>A user's client settings over the defaults: READY's "user_settings".</summary>
public sealed record GetSettings(Snowflake UserId) : IRequest<object>;

/// <summary>The public forms of many users at once. Unknown ids are missing in the answer.</summary>
public sealed record GetUsers(IReadOnlyCollection<Snowflake> UserIds) : IRequest<IReadOnlyDictionary<Snowflake, User>>;

/// <summary>Whether an account has a confirmed address, and when it was made: what verification levels ask.</summary>
public sealed record GetAccountStanding(Snowflake UserId) : IRequest<AccountStanding?>;

/// <summary>A user's premium type: 0 none, 1 classic, 2 full, 3 basic. Every other than 0 may upload large files and show pictures of 1080p60.</summary>
/// <remarks>Source: Discord docs, Resources, User, "Premium Types".</remarks>
public sealed record GetPremiumType(Snowflake UserId) : IRequest<int>;

/// <summary>Sets a user's premium type, by hand of the instance's owner.</summary>
/// <param name="Type">0 to 3.</param>
/// <returns>False: there is no person of that name.</returns>
public sealed record SetPremiumType(string Username, int Type) : IRequest<bool>;

/// <param name="EmailVerified">True for bots.</param>
public sealed record AccountStanding(bool EmailVerified, Timestamp CreatedAt);

/// <summary>Looks a token up.</summary>
/// <param name="Token">Without "Bot " or "Bearer ".</param>
/// <returns>Null when it is unknown, revoked or expired.</returns>
public sealed record AuthenticateToken(string Token) : IRequest<TokenOwner?>;

/// <param name="TokenHash">SHA-256 of the token, hexadecimal: names the login session without giving it away.</param>
/// <param name="ApplicationId">For bots, their application.</param>
public sealed record TokenOwner(Snowflake UserId, bool IsBot, Snowflake? ApplicationId, string TokenHash);

/// <summary>Makes the account of an application's bot.</summary>
public sealed record CreateBotUser(Snowflake ApplicationId, string Username) : IRequest<User>;

/// <summary>Gives a bot a new token and ends every older one, with its gateway sessions.</summary>
/// <returns>The token: shown once, stored hashed.</returns>
public sealed record ResetBotToken(Snowflake BotId, Snowflake ApplicationId) : IRequest<string>;

/// <summary>Makes <paramref name="Count"/> accounts that nobody can log in to: members for load tests and large test guilds.</summary>
public sealed record SeedUsers(int Count) : IRequest<IReadOnlyList<Snowflake>>;

/// <summary>Makes an account by hand; the owner's when <paramref name="Owner"/>.</summary>
public sealed record CreateAccount(string Username, string Email, string Password, bool Owner) : IRequest<Result<User>>;

/// <summary>The one-time token by which the instance's owner is made, or null when there is an owner.</summary>
public sealed record GetOwnerClaim : IRequest<string?>;

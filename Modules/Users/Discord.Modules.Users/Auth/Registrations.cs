using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Users.Auth;

/// <summary>Makes accounts: by registration, for bots, by the command line; and says who owns the instance.</summary>
internal sealed partial class Registrations(AccountStore store, Database database, UserDirectory directory, PasswordHasher passwords, SnowflakeGenerator ids, UsersOptions options,
    TimeProvider clock, ILogger<Registrations> logger)
{
    public const int MinPasswordLength = 8;
    public const int MaxPasswordLength = 72;
    private const string OwnerKey = "owner";
    private const string ClaimKey = "owner_claim";

    private readonly Attempts<string> _recent = new(options.RegistrationsPerHour, TimeSpan.FromHours(1), clock);

    /// <summary>Checks a user name by Discord's rules and adds what is wrong to the form.</summary>
    /// <remarks>Source: Discord docs, Resources, User, "Usernames and Nicknames".</remarks>
    public static string? ReadUsername(Form form, bool required)
    {
        if (form.String("username", 2, 32, required) is not { } name)
            return null;
        name = name.Trim();
        if (name.Length < 2 || Forbidden().IsMatch(name) || name.Equals("everyone", StringComparison.OrdinalIgnoreCase) || name.Equals("here", StringComparison.OrdinalIgnoreCase))
            form.Fail("username", "USERNAME_INVALID_CONTAINS", "Username cannot contain @, #, :, ``` or \"discord\", and cannot be \"everyone\" or \"here\".");
        return name;
    }

    public static string? ReadEmail(Form form)
    {
        var email = form.String("email", 3, 254, required: true)?.Trim();
        if (email is not null && !EmailShape().IsMatch(email))
            form.Fail("email", "EMAIL_TYPE_INVALID_EMAIL", "Not a well formed email address.");
        return email;
    }

    /// <summary>Seconds until this address may register again, or null: now.</summary>
    public double? WaitFor(string address) => options.RegistrationsPerHour == 0 ? null : _recent.Take(address);

    /// <summary>Adds an account of a person.</summary>
    /// <returns>The account with a token, or 50035 when the name or the address is taken.</returns>
    public async Task<Result<(Account Account, string Token)>> CreateAsync(string username, string email, string password, string? globalName, string? agent, Tokens tokens, CancellationToken cancellationToken)
    {
        var account = new Account
        {
            Id = ids.Next(),
            Username = username,
            Email = email,
            // There is no mail server to ask by default: an address counts as confirmed when it is given.
            Verified = true,
            GlobalName = globalName,
            Password = await passwords.HashAsync(password, cancellationToken),
        };
        var unit = AccountStore.Insert(new WriteUnit(), account);
        var token = tokens.Issue(unit, account.Id, null, agent);
        try
        {
            await database.CommitAsync(unit);
        }
        catch (UniqueViolationException e)
        {
            return Taken(e);
        }

        directory.Keep(account.ToUser());
        return (account, token);
    }

    /// <summary>The refusal for a taken user name or address.</summary>
    public static ApiError Taken(UniqueViolationException e) => e.Constraint.Contains("email", StringComparison.Ordinal)
        ? ApiError.InvalidField("email", "EMAIL_ALREADY_REGISTERED", "Email is already registered.")
        : ApiError.InvalidField("username", "USERNAME_ALREADY_TAKEN", "Username is unavailable. Try adding numbers, letters, underscores _ , or periods.");

    public async Task<User> CreateBotAsync(string username)
    {
        var id = ids.Next();
        var account = new Account { Id = id, Username = username, Bot = true, Verified = true, Discriminator = ((id.Value >> 22) % 9999 + 1).ToString("0000") };
        await database.CommitAsync(AccountStore.Insert(new WriteUnit(), account));
        return directory.Keep(account.ToUser());
    }

    public async Task<IReadOnlyList<Snowflake>> SeedAsync(int count)
    {
        var made = new List<Snowflake>(count);
        foreach (var chunk in Enumerable.Range(0, count).Chunk(1000))
        {
            var unit = new WriteUnit();
            foreach (var _ in chunk)
            {
                var id = ids.Next();
                AccountStore.Insert(unit, new Account { Id = id, Username = $"member{id}" });
                made.Add(id);
            }

            await database.CommitAsync(unit);
        }

        return made;
    }

    public async Task MakeOwnerAsync(Snowflake userId)
    {
        await database.CommitAsync(AccountStore.SaveInstance(new WriteUnit(), OwnerKey, userId.ToString()));
        LogOwner(logger, userId);
    }

    /// <summary>The token of the one-time link, made at the first call; null once there is an owner.</summary>
    public async Task<string?> ClaimTokenAsync()
    {
        if (await store.InstanceAsync(OwnerKey) is not null)
            return null;
        // Kept readable, unlike login tokens: it is printed at every start until it is used, by whoever can read the disk anyway.
        if (await store.InstanceAsync(ClaimKey) is { } existing)
            return existing;
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await database.CommitAsync(AccountStore.SaveInstance(new WriteUnit(), ClaimKey, token));
        return token;
    }

    /// <summary>Adds to a unit that the instance has no owner, if it was this user: the next start prints a new link.</summary>
    public async ValueTask ReleaseOwnershipAsync(WriteUnit unit, Snowflake userId)
    {
        if (await store.InstanceAsync(OwnerKey) == userId.ToString())
            AccountStore.DeleteInstance(AccountStore.DeleteInstance(unit, OwnerKey), ClaimKey);
    }

    [GeneratedRegex("[@#:]|```|discord", RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"^[^@\s]+@[^@\s]+$")]
    private static partial Regex EmailShape();

    [LoggerMessage(Level = LogLevel.Information, Message = "User {UserId} owns this instance now")]
    private static partial void LogOwner(ILogger logger, Snowflake userId);
}

internal sealed class CreateBotUserHandler(Registrations registrations) : IRequestHandler<CreateBotUser, User>
{
    public Task<User> Handle(CreateBotUser request, CancellationToken cancellationToken) => registrations.CreateBotAsync(request.Username);
}

internal sealed class ResetBotTokenHandler(Tokens tokens, Database database) : IRequestHandler<ResetBotToken, string>
{
    public async Task<string> Handle(ResetBotToken request, CancellationToken cancellationToken)
    {
        var unit = Tokens.RevokeAll(new WriteUnit(), request.BotId);
        var token = tokens.Issue(unit, request.BotId, request.ApplicationId);
        await database.CommitAsync(unit);
        tokens.ForgetAll(request.BotId);
        return token;
    }
}

internal sealed class SeedUsersHandler(Registrations registrations) : IRequestHandler<SeedUsers, IReadOnlyList<Snowflake>>
{
    public Task<IReadOnlyList<Snowflake>> Handle(SeedUsers request, CancellationToken cancellationToken) => registrations.SeedAsync(request.Count);
}

internal sealed class CreateAccountHandler(Registrations registrations, Tokens tokens) : IRequestHandler<CreateAccount, Result<User>>
{
    public async Task<Result<User>> Handle(CreateAccount request, CancellationToken cancellationToken)
    {
        // The rules of registration hold by hand, too.
        var form = Form.OfObject(JsonSerializer.SerializeToElement(new { username = request.Username, email = request.Email, password = request.Password }));
        Registrations.ReadUsername(form, required: true);
        Registrations.ReadEmail(form);
        form.String("password", Registrations.MinPasswordLength, Registrations.MaxPasswordLength, required: true);
        if (form.Error is { } invalid)
            return invalid;
        var created = await registrations.CreateAsync(request.Username, request.Email, request.Password, null, null, tokens, cancellationToken);
        if (created.Error is { } error)
            return error;
        if (request.Owner)
            await registrations.MakeOwnerAsync(created.Value.Account.Id);
        return created.Value.Account.ToUser();
    }
}

internal sealed class GetOwnerClaimHandler(Registrations registrations) : IRequestHandler<GetOwnerClaim, string?>
{
    public Task<string?> Handle(GetOwnerClaim request, CancellationToken cancellationToken) => registrations.ClaimTokenAsync();
}

using Discord.BuildingBlocks;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Auth;
using Discord.Modules.Users.Mfa;
using Discord.Modules.Users.Relationships;
using Discord.Modules.Users.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Users;

/// <summary>Accounts, credentials, login sessions and tokens, second factors, profiles, settings, relationships, notes.</summary>
public sealed class UsersModule : IModule
{
    public string Name => "Users";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(UsersOptions.Read(configuration));
        services.AddSingleton<AccountStore>();
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<Registrations>();
        services.AddSingleton<Logins>();
        services.AddSingleton<Confirmation>();
        services.AddSingleton<Tickets>();
        services.AddSingleton<MfaStore>();
        services.AddSingleton<ProfileStore>();
        services.AddSingleton<RelationshipStore>();
        services.AddSingleton<RelationshipHome>();
        services.AddSingleton<FriendRequests>();
    }
}

/// <summary>The section "Users" of the settings.</summary>
/// <param name="Registration">open: everybody; invite: with an invite code of a guild; closed: nobody but by the command line.</param>
/// <param name="RegistrationsPerHour">New accounts per client address and hour; 0 = no limit.</param>
internal sealed record UsersOptions(string Registration, int RegistrationsPerHour)
{
    public static UsersOptions Read(IConfiguration section)
    {
        var registration = section["Registration"] ?? "open";
        if (registration is not ("open" or "invite" or "closed"))
            throw new InvalidOperationException($"Users:Registration is '{registration}'; it can be open, invite or closed.");
        var perHour = section.GetValue("RegistrationsPerHour", 20);
        return perHour >= 0 ? new UsersOptions(registration, perHour) : throw new InvalidOperationException("Users:RegistrationsPerHour must be 0 (no limit) or more.");
    }
}

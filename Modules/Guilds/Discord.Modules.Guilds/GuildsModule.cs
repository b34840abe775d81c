using Discord.BuildingBlocks;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Invites;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Guilds.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Guilds;

/// <summary>Guilds, channels, roles, overwrites, members, invites, bans, direct message channels; the permission engine.</summary>
public sealed class GuildsModule : IModule
{
    public string Name => "Guilds";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<GuildStore>();
        services.AddSingleton<GuildHomes>();
        services.AddSingleton<AuditLog.AuditLogStore>();
        services.AddSingleton<AuditLog.AuditTrail>();
        services.AddSingleton<Joins>();
        services.AddSingleton<Departures>();
        services.AddSingleton<MemberWire>();
        services.AddSingleton<Bans.Banning>();
        services.AddSingleton<Verification>();
        services.AddSingleton<DirectMessages.DirectMessageWire>();
        services.AddSingleton<DirectMessages.Reopening>();
    }
}

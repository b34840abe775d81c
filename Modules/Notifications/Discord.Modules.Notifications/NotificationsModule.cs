using Discord.BuildingBlocks;
using Discord.Modules.Notifications.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Notifications;

/// <summary>What people want to be told of, per guild and channel.</summary>
public sealed class NotificationsModule : IModule
{
    public string Name => "Notifications";

    public void AddServices(IServiceCollection services, IConfiguration configuration) => services.AddSingleton<SettingsChange>();
}

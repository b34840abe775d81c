using Discord.BuildingBlocks;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Messaging;

/// <summary>Messages, reactions, pins and typing.</summary>
public sealed class MessagingModule : IModule
{
    public string Name => "Messaging";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<MessageStore>();
        services.AddSingleton<MessageWire>();
        services.AddSingleton<ContentFilter>();
        services.AddSingleton<Nonces>();
        services.AddSingleton<Slowmode>();
        services.AddSingleton<Reactions.ReactionRemoval>();
        services.AddSingleton<Pins.Pinning>();
        services.AddSingleton<Threads.ThreadStarting>();
        services.AddSingleton<AuditLog.MessageAudit>();
    }
}

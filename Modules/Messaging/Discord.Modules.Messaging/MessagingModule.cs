using Discord.BuildingBlocks;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Polls;
using Discord.Modules.Messaging.ReadStates;
using Discord.Modules.Messaging.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Messaging;

/// <summary>Messages, reactions, pins, polls, typing, read states and mentions.</summary>
public sealed class MessagingModule : IModule
{
    public string Name => "Messaging";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<MessageStore>();
        services.AddSingleton<ReadStateStore>();
        services.AddSingleton<MentionStore>();
        services.AddSingleton<MessageWire>();
        services.AddSingleton<MessageReader>();
        services.AddSingleton<Attachments.AttachmentWire>();
        services.AddSingleton<ContentFilter>();
        services.AddSingleton<Nonces>();
        services.AddSingleton<Slowmode>();
        services.AddSingleton<EveryoneCooldown>();
        services.AddSingleton<Forwards>();
        services.AddSingleton<FollowerStore>();
        services.AddSingleton<PollStore>();
        services.AddSingleton<OpenPolls>();
        services.AddHostedService(provider => provider.GetRequiredService<PollEnds>());
        services.AddSingleton<Acknowledging>();
        services.AddHostedService(provider => provider.GetRequiredService<OwnReads>());
        services.AddSingleton<Reactions.ReactionRemoval>();
        services.AddSingleton<Pins.Pinning>();
        services.AddSingleton<Threads.ThreadStarting>();
        services.AddSingleton<AuditLog.MessageAudit>();
    }
}

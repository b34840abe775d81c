using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Integrations.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>Withholds content from bots whose application may not read it, in answers as in events.</summary>
/// <remarks>Source: Discord docs, Gateway, "Message Content Intent": own messages, direct messages and messages that mention the bot are whole.</remarks>
internal sealed class ContentFilter(IMediator mediator)
{
    private const ApplicationFlags MayRead = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

    /// <summary>Changes the list in place.</summary>
    public async ValueTask<List<Message>> ApplyAsync(Caller caller, ChannelAccess access, List<Message> messages)
    {
        if (await ReadsAllAsync(caller, access))
            return messages;
        for (var i = 0; i < messages.Count; i++)
            messages[i] = Strip(messages[i], caller.UserId);
        return messages;
    }

    /// <summary>Whether nothing of a channel is withheld from a caller.</summary>
    public async ValueTask<bool> ReadsAllAsync(Caller caller, ChannelAccess access) =>
        !caller.IsBot || access.GuildId is null || caller.ApplicationId is not { } application || ((await mediator.Send(new GetApplicationFlags(application)) ?? default) & MayRead) != 0;

    private static Message Strip(Message message, Snowflake reader) => message.Author.Id == reader || message.Mentions.Any(user => user.Id == reader) ? message : message.WithoutContent() with
    {
        ReferencedMessage = message.ReferencedMessage?.Message is { } answered ? new Referenced(Strip(answered, reader)) : message.ReferencedMessage,
    };
}

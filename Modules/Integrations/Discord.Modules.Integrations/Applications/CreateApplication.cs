using System.Security.Cryptography;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Integrations.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Integrations.Applications;

/// <summary>POST /applications: an application with its bot. The bot's token comes from POST /applications/{id}/bot/reset.</summary>
/// <remarks>A user-account operation: protocol.md 1.1.</remarks>
internal sealed class CreateApplication(ApplicationStore store, ApplicationWire wire, Database database, SnowflakeGenerator ids, IMediator mediator) : IEndpoint
{
    private const int MaxApplications = 50;

    public Route Route => Route.Post("create_application", "/applications") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var name = body.Value.String("name", 2, 32, required: true);
        var description = body.Value.String("description", 0, 400);
        if (body.Value.Error is { } invalid)
            return invalid;
        if ((await store.OfOwnerAsync(request.UserId)).Count >= MaxApplications)
            return new ApiError(400, 30026, $"Maximum number of applications reached ({MaxApplications})");
        var id = ids.Next();
        var bot = await mediator.Send(new CreateBotUser(id, name!), request.Cancelled);
        var application = new StoredApplication
        {
            Id = id,
            OwnerId = request.UserId,
            BotId = bot.Id,
            Name = name!,
            Description = description ?? "",
            VerifyKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
        };
        await database.CommitAsync(ApplicationStore.Save(new WriteUnit(), application));
        return Reply.Created(await wire.WriteAsync(application, isPrivate: true));
    }
}

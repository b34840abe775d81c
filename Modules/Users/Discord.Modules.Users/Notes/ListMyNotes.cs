using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Notes;

/// <summary>GET /users/@me/notes: what the caller wrote down about others, by their ids.</summary>
internal sealed class ListMyNotes(RelationshipStore store) : IEndpoint
{
    public Route Route => Route.Get("list_my_notes", "/users/@me/notes") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request) => Reply.Ok(await store.NotesAsync(request.UserId));
}

internal sealed class GetNotesHandler(RelationshipStore store) : IRequestHandler<GetNotes, IReadOnlyDictionary<Snowflake, string>>
{
    public Task<IReadOnlyDictionary<Snowflake, string>> Handle(GetNotes request, CancellationToken cancellationToken) => store.NotesAsync(request.UserId).AsTask();
}

using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Users.Auth;

/// <summary>GET /auth/location-metadata: what a form of registration has to ask where somebody is. Nothing: the server does not look up where people are.</summary>
internal sealed class GetLocationMetadata : IEndpoint
{
    private static readonly byte[] s_answer = """{"consent_required":false,"country_code":null,"promotional_email_opt_in":{"required":false,"pre_checked":false}}"""u8.ToArray();

    public Route Route => Route.Get("get_location_metadata", "/auth/location-metadata") with { Access = Access.Anyone };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => ValueTask.FromResult(Reply.Raw(s_answer));
}

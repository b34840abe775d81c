using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Messaging.Pins;

/// <summary>DELETE /channels/{channel_id}/pins/{message_id}: unpins a message, by the older path.</summary>
internal sealed class DeprecatedDeletePin(Pinning pinning) : IEndpoint
{
    public Route Route => Route.Delete("deprecated_delete_pin", "/channels/{channel_id}/pins/{message_id}") with { RateLimit = RateLimit.Per("pins", 5, 5) };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => pinning.SetAsync(request, pinned: false);
}

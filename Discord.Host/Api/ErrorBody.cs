using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.Protocol;

namespace Discord.Host.Api;

/// <summary>Writes refusals the way Discord does: {message, code, errors?}, and for 429 {message, retry_after, global, code?}.</summary>
internal static class ErrorBody
{
    public static byte[] Write(ApiError error, bool global = false)
    {
        var body = new JsonObject { ["message"] = error.Message };
        if (error.Status == 429)
        {
            body["retry_after"] = Math.Round(error.RetryAfter ?? 1, 3);
            body["global"] = global;
        }

        body["code"] = error.Code;
        if (Tree(error) is { } tree)
            body["errors"] = tree;
        return JsonSerializer.SerializeToUtf8Bytes(body, ProtocolJson.Options);
    }

    /// <summary>The nested "errors" of a 50035: keys and indexes of the request, leaves in "_errors".</summary>
    public static JsonObject? Tree(ApiError error)
    {
        if (error.Errors is not { } errors)
            return null;
        var root = new JsonObject();
        foreach (var (path, code, message) in errors.Leaves)
        {
            var node = root;
            foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            {
                if (node[part] is not JsonObject child)
                    node[part] = child = [];
                node = child;
            }

            if (node["_errors"] is not JsonArray leaves)
                node["_errors"] = leaves = [];
            leaves.Add(new JsonObject { ["code"] = code, ["message"] = message });
        }

        return root;
    }
}

package rewind.nn.exchange;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import rewind.nn.Model;
import rewind.nn.layer.Layer;

/** PyTorch's {@code state_dict}: {@code encoder.lstm.weight_ih_l0_reverse}; a stack is one module. */
record PytorchNames() implements WeightNames {
    /** The tensors of recurrent modules; those of cells have no number. */
    private static final Pattern RECURRENT =
            Pattern.compile("((?:weight|bias)_[a-z]{2})(?:_l([0-9]{1,4}))?(_reverse)?");

    private static final Pattern OUT = Pattern.compile("(.*?)out_proj\\.(weight|bias)");

    @Override
    public String system() {
        return "pytorch";
    }

    @Override
    public String separator() {
        return ".";
    }

    @Override
    public String remedy() {
        return "write it by safetensors.torch.save_file(net.state_dict(), file)";
    }

    @Override
    public WeightLayout layout(Layer layer) {
        return WeightLayout.pytorch(layer);
    }

    @Override
    public Map<String, FeatureOrder> orders(Model model, Optional<Boolean> channelsFirst) {
        return PytorchOrders.of(model, channelsFirst);
    }

    @Override
    public List<ForeignModule> modules(Collection<String> names) {
        Map<String, ForeignModule> modules = new HashMap<>();
        for (String whole : names) {
            int end = endOfModule(whole, names);
            String name = end < 0 ? "" : whole.substring(0, end);
            String own = whole.substring(end + 1);
            Matcher recurrent = RECURRENT.matcher(own);
            int index = 0;
            if (recurrent.matches()) {
                index = recurrent.group(2) == null ? 0 : Integer.parseInt(recurrent.group(2));
                own = recurrent.group(1) + "_l0" + (recurrent.group(3) == null ? "" : recurrent.group(3));
            }
            int layer = index;
            modules.computeIfAbsent(name + " " + index, key -> new ForeignModule(name, layer, new LinkedHashMap<>()))
                    .names()
                    .put(own, whole);
        }
        return new ArrayList<>(modules.values());
    }

    /** Where the name of a module ends; the last product of attention is a part of that. */
    private static int endOfModule(String whole, Collection<String> names) {
        Matcher out = OUT.matcher(whole);
        String around = out.matches() ? out.group(1) : null;
        return around != null && names.contains(around + "in_proj_weight")
                ? around.length() - 1
                : whole.lastIndexOf('.');
    }

    /** The count of batches is no weight. */
    @Override
    public boolean isWeight(String name) {
        return !name.endsWith("num_batches_tracked");
    }

    @Override
    public String whole(String module, int index, Layer layer, String name) {
        String own = RecurrentTensors.has(layer) ? name.replace("_l0", "_l" + index) : name;
        return module.isEmpty() ? own : module + "." + own;
    }
}

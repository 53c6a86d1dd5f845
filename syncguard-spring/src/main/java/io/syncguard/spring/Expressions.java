package io.syncguard.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.ParserContext;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/** Parses the expressions of annotations, and says what they can see. Thread-safe. */
final class Expressions {
    private static final Set<String> ALWAYS_THERE = Set.of("root", "this");

    private final SpelExpressionParser parser = new SpelExpressionParser();
    private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

    /** Its resolvers are shared by all contexts, because they cache what they find by reflection. */
    private final StandardEvaluationContext shared = new StandardEvaluationContext();

    private final BeanFactory beans;

    Expressions(BeanFactory beans) {
        this.beans = beans;
        shared.setBeanResolver(new BeanFactoryResolver(beans));
    }

    /**
     * Returns the parts of a text: literal ones and expressions.
     *
     * @throws org.springframework.expression.ParseException if an expression cannot be parsed
     */
    List<Expression> parse(String text) {
        Expression parsed = parser.parseExpression(text, ParserContext.TEMPLATE_EXPRESSION);
        return parsed instanceof CompositeStringExpression composite
                ? List.of(composite.getExpressions())
                : List.of(parsed);
    }

    static boolean isLiteral(Expression part) {
        return part instanceof LiteralExpression;
    }

    /** Returns what the expressions of one call see. */
    EvaluationContext context(
            @Nullable Object target, Class<?> targetClass, Method method, @Nullable Object[] arguments) {
        MethodBasedEvaluationContext context = new MethodBasedEvaluationContext(
                new ExpressionRoot(target, targetClass, method, arguments), method, arguments, names);
        shared.applyDelegatesTo(context);
        return context;
    }

    /** Returns what is wrong with the names in an expression of a method: variables and beans that do not exist. */
    List<String> unknownNames(Expression part, Method method) {
        List<String> wrong = new ArrayList<>();
        if (part instanceof SpelExpression expression) {
            for (String variable : variables(expression.getAST(), new LinkedHashSet<>())) {
                if (!ALWAYS_THERE.contains(variable) && !parameters(method).contains(variable)) {
                    wrong.add("#" + variable + " is no parameter; " + known(method));
                }
            }
            for (String bean : beans(expression.getAST(), new LinkedHashSet<>())) {
                if (!beans.containsBean(bean)) {
                    wrong.add("there is no bean named " + bean);
                }
            }
        }
        return wrong;
    }

    /** Returns whether an expression has the same value in each call. */
    static boolean isConstant(Expression part) {
        return isLiteral(part)
                || (part instanceof SpelExpression expression
                        && variables(expression.getAST(), new LinkedHashSet<>()).isEmpty()
                        && beans(expression.getAST(), new LinkedHashSet<>()).isEmpty());
    }

    private Set<String> parameters(Method method) {
        Set<String> all = new LinkedHashSet<>();
        @Nullable String[] named = names.getParameterNames(method);
        if (named != null) {
            for (String name : named) {
                if (name != null) {
                    all.add(name);
                }
            }
        }
        for (int i = 0; i < method.getParameterCount(); i++) {
            all.add("p" + i);
            all.add("a" + i);
        }
        return all;
    }

    private String known(Method method) {
        if (method.getParameterCount() == 0) {
            return "the method has none";
        }
        return names.getParameterNames(method) == null
                ? "compile the class with -parameters, or write #p0"
                : "there are " + String.join(", ", parameters(method));
    }

    private static Set<String> variables(@Nullable SpelNode node, Set<String> found) {
        if (node instanceof VariableReference) {
            found.add(node.toStringAST().substring(1));
        }
        for (int i = 0; node != null && i < node.getChildCount(); i++) {
            variables(node.getChild(i), found);
        }
        return found;
    }

    private static Set<String> beans(@Nullable SpelNode node, Set<String> found) {
        if (node instanceof BeanReference) {
            found.add(node.toStringAST().replace("@", "").replace("'", ""));
        }
        for (int i = 0; node != null && i < node.getChildCount(); i++) {
            beans(node.getChild(i), found);
        }
        return found;
    }
}
